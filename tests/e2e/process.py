"""Keepwell as an operator runs it: a folder, an environment, and the real command as a process."""

import asyncio
import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

import aiohttp

from emulator import Emulator, Phone
from tests.e2e import nursery

PROJECT: Final = Path(__file__).parent.parent.parent
COLUMNS: Final = ("name", "role", "team", "language", "timezone", "supervisor")
READY_WITHIN: Final = 30.0  # seconds; about one on an idle machine
STOP_WITHIN: Final = 15.0  # a second is usual
LOOK_EVERY: Final = 0.02


def keepwell_command() -> list[str]:
    """Return how the command is called here: the script beside this Python, or its entry point."""
    script = Path(sys.executable).with_name("keepwell")
    return [str(script)] if script.exists() else [sys.executable, "-c", "from app.main import main; main()"]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @classmethod
    def read(cls, code: int, out: Path, err: Path) -> Self:
        """Return what a command came to whose output went to files."""
        return cls(code, out.read_text("utf-8"), err.read_text("utf-8"))

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.out}\n{self.err}"


@dataclass(slots=True)
class Keepwell:
    """One installation. `roster` brings people in, `starts` runs the service, `sound` says that nothing leaked.

    `installed`: each process is the installed command from its first instruction, not from the end of its imports.
    """

    folder: Path
    emulator: Emulator
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    installed: bool = False
    _process: subprocess.Popen[bytes] | nursery.Child | None = None
    _starts: int = 0
    _names: set[str] = field(default_factory=set)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command: nothing of the machine's own settings for Keepwell."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KEEPWELL_")}
        ours = {
            "TELEGRAM_TOKEN": self.emulator.token,
            "TELEGRAM_API_URL": self.emulator.url,
            "DATABASE_URL": self.database,
            "LISTEN": f"127.0.0.1:{self.port}",
            "SECRET_KEY": "" if self.database.startswith("sqlite") else "a secret of nothing but tests",
            "PROGRAM": str(self.folder / "program.toml") if (self.folder / "program.toml").exists() else "",
        }
        # An empty value would be as good as none, but a missing one is what people have.
        given = {f"KEEPWELL_{name}": value for name, value in (ours | self.settings).items() if value}
        return kept | given | {"PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "default"}

    def has_program(self, toml: str) -> None:
        """Write the program file. A running service reads it when it starts again."""
        (self.folder / "program.toml").write_text(toml, encoding="utf-8")

    async def run(self, *arguments: str, expect: int | None = 0, within: float = 60.0) -> Done:
        """Run a command to its end; AssertionError when it exits with another code than expected (None: any)."""
        with TemporaryDirectory() as said:
            out, err = Path(said, "out"), Path(said, "err")
            process = self._begin(arguments, out, err)
            try:
                async with asyncio.timeout(within):
                    code = await asyncio.to_thread(process.wait)
            except TimeoutError:
                process.kill()
                raise AssertionError(
                    f"keepwell {' '.join(arguments)} took too long\n{Done.read(-1, out, err)}"
                ) from None
            done = Done.read(code, out, err)
        assert "Traceback" not in done.err, str(done)
        assert expect is None or done.code == expect, f"keepwell {' '.join(arguments)}: {done}"
        return done

    async def roster(self, people: Iterable[Mapping[str, str]], *options: str, expect: int = 0) -> Done:
        """Import people, each a mapping of the columns that are not empty."""
        with (self.folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            for person in people:
                writer.writerow(person)
                self._names.add(person["name"])
        return await self.run("roster", "import", "people.csv", *options, expect=expect)

    def links(self) -> dict[str, str]:
        """Return the invite links of the last import by name."""
        with (self.folder / "links.csv").open(newline="", encoding="utf-8") as file:
            return {row["name"]: row["link"] for row in csv.DictReader(file)}

    async def invited(self, people: Iterable[Mapping[str, str]]) -> dict[str, Phone]:
        """Import people and give each a phone that holds the link."""
        everybody = list(people)
        await self.roster(everybody, "--links", "links.csv")
        links = self.links()
        return {
            person["name"]: self.emulator.phone(
                person["name"],
                language=person.get("language", "en"),
                role=person["role"],
                start_payload=links[person["name"]].partition("start=")[2],
            )
            for person in everybody
        }

    async def export(self, what: str) -> list[dict[str, Any]]:
        """Return an export as its JSON."""
        rows: list[dict[str, Any]] = json.loads((await self.run("export", what, "--format", "json")).out)
        return rows

    @property
    def pid(self) -> int:
        """The process id of the running service."""
        assert self._process is not None, "the service is not running"
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of the service, None while it runs."""
        assert self._process is not None, "the service was not started"
        return self._process.poll()

    def spawn(self) -> None:
        """Start the service and do not wait for it."""
        assert self._process is None or self._process.poll() is not None, "the service runs already"
        self._starts += 1
        log = self._log(self._starts)
        self._process = self._begin(["run"], log, log)

    def _begin(self, arguments: Sequence[str], out: Path, err: Path) -> subprocess.Popen[bytes] | nursery.Child:
        """Start a command; what it says is added to files, which may be the same."""
        out.touch()
        err.touch()
        if not self.installed:
            return nursery.born(arguments, folder=self.folder, environment=self.environment, out=out, err=err)
        with out.open("ab") as says, err.open("ab") as complains:
            return subprocess.Popen(
                [*keepwell_command(), *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=says,
                stderr=complains,
            )

    async def starts(self) -> None:
        """Start the service and wait until people can be heard."""
        self.spawn()
        await self.says("ready", within=READY_WITHIN)

    async def says(self, action: str, *, within: float = 10.0, times: int = 1) -> dict[str, Any]:
        """Wait for a line of the present run's log, or AssertionError with that log."""
        deadline = asyncio.get_running_loop().time() + within
        while len(found := self.events(action)) < times:
            late = asyncio.get_running_loop().time() > deadline
            if late or self.exit_code is not None:
                raise AssertionError(f"no {action!r} in the log (exit code {self.exit_code}):\n{self.log()}")
            await asyncio.sleep(LOOK_EVERY)
        return found[times - 1]

    def kill(self) -> None:
        """SIGKILL: the process gets no word in."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def stops(self, *, within: float = STOP_WITHIN) -> int:
        """SIGTERM; return the exit code, or AssertionError when it does not stop in time."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self.ends(within=within)

    async def ends(self, *, within: float = STOP_WITHIN) -> int:
        """Wait for the service to end, and return its exit code."""
        deadline = asyncio.get_running_loop().time() + within
        while (code := self.exit_code) is None:
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"the service did not stop within {within:g} s:\n{self.log()}")
            await asyncio.sleep(LOOK_EVERY)
        return code

    async def healthz(self) -> tuple[int, dict[str, Any]]:
        """Return status and body of /healthz."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/healthz") as answer,
        ):
            return answer.status, await answer.json()

    def _log(self, number: int) -> Path:
        return self.folder / f"run-{number:03}.log"

    def log(self) -> str:
        """Return what the present or last run has logged."""
        return self._log(self._starts).read_text(encoding="utf-8", errors="replace")

    def logs(self) -> str:
        """Return what all runs have logged."""
        return "".join(
            self._log(number).read_text(encoding="utf-8", errors="replace") for number in range(1, self._starts + 1)
        )

    def events(self, action: str, *, all_runs: bool = False) -> list[dict[str, Any]]:
        """Return the log's lines of one action; a line that a kill cut short is none."""
        found = []
        for line in (self.logs() if all_runs else self.log()).splitlines():
            if f'"{action}"' in line and line.endswith("}"):
                event = json.loads(line)
                if event.get("action") == action:
                    found.append(event)
        return found

    def sound(self, *, tracebacks: bool = False) -> None:
        """Assert that the logs hold no traceback and nothing about anybody, and that every call was good Bot API."""
        assert self.emulator.violations == []
        logs = self.logs()
        if not tracebacks:
            assert "Traceback" not in logs, logs[max(logs.index("Traceback") - 3000, 0) :][:8000]
            assert "never retrieved" not in logs
            assert "was destroyed" not in logs
        assert self.emulator.token not in logs, "the token is in the logs"
        leaked = [secret for secret in self._secrets() if re.search(rf"\b{re.escape(secret)}\b", logs, re.IGNORECASE)]
        assert not leaked, f"the logs tell {leaked}"

    def _secrets(self) -> set[str]:
        """Return names, parts of names, ids, and what people wrote."""
        parts = {part for name in self._names for part in name.split() if len(part) > 4}
        ids = {str(phone.id) for phone in self.emulator.phones.values()}
        said = {
            seen.text
            for phone in self.emulator.phones.values()
            for seen in phone.messages
            if not seen.from_bot and not seen.text.startswith("/")
        }
        return self._names | parts | ids | said

    def ended(self) -> None:
        """Leave no process behind, whatever the test came to."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
