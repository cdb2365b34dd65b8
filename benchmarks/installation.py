"""Keepwell as an operator runs it: the real command as a process of its own, and a Telegram in this one."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.people import SECRET, Prepared
from emulator import Emulator, Phone
from tests.databases import copied_database

PROJECT: Final = Path(__file__).parent.parent
# Another Python with what Keepwell needs and nothing else, as operators have it; without it, this one.
PYTHON: Final = os.environ.get("BENCHMARK_PYTHON", sys.executable)
COMMAND: Final = (PYTHON, "-c", "from app.main import main; main()")
START_WITHIN_SECONDS: Final = 30.0
STOP_WITHIN_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process in MiB: now, and at its highest."""

    now: float
    highest: float


@dataclass(slots=True)
class Installation:
    """A folder with a database, the service, and everybody's phone."""

    folder: Path
    database: str
    telegram: Emulator
    phones: dict[str, Phone]
    ahead: Path | None = None  # a file with the seconds that the service's clock is ahead; None: it has the machine's
    _service: subprocess.Popen[bytes] | None = None
    _listen: str = field(default_factory=lambda: f"127.0.0.1:{_free_port()}")

    @property
    def address(self) -> str:
        """Where the service answers, without a final slash."""
        return f"http://{self._listen}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command: nothing of the machine's own settings for Keepwell."""
        # Modules that cannot be kept compiled are compiled at every start: that is no operator's environment.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KEEPWELL_") and name != "PYTHONDONTWRITEBYTECODE"
        }
        return kept | {
            "KEEPWELL_TELEGRAM_TOKEN": self.telegram.token,
            "KEEPWELL_TELEGRAM_API_URL": self.telegram.url,
            "KEEPWELL_DATABASE_URL": self.database,
            "KEEPWELL_SECRET_KEY": SECRET,
            "KEEPWELL_LISTEN": self._listen,
            "PYTHONPATH": str(PROJECT),
        }

    def spawn(self) -> None:
        """Start the service, and do not wait for it."""
        moved = (sys.executable, "-m", "benchmarks.moved", str(self.ahead))
        with (self.folder / "run.log").open("ab") as log:
            self._service = subprocess.Popen(
                [*COMMAND, "run"] if self.ahead is None else moved,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def polls(self, *, look_every: float = 0.001) -> None:
        """Wait for the first getUpdates; TimeoutError with the log when it does not come."""
        try:
            async with asyncio.timeout(START_WITHIN_SECONDS):
                # A long poll is in the journal when it ends; what it asks for is known when it begins.
                while self.telegram.services.queue.asked_for is None:  # noqa: ASYNC110 - no event tells it
                    await asyncio.sleep(look_every)
        except TimeoutError:
            raise TimeoutError(f"the service does not poll:\n{self.log()[-3000:]}") from None

    async def starts(self) -> None:
        """Start the service and wait until it polls."""
        self.spawn()
        await self.polls()

    def memory(self) -> Memory:
        """Return what the service's process holds."""
        if self._service is None:
            raise RuntimeError("the service does not run")
        lines = Path(f"/proc/{self._service.pid}/status").read_text(encoding="utf-8").splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return Memory(*(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")))

    def processor_seconds(self) -> float:
        """Return the processor time that the service has used: other work on the machine adds little to it."""
        if self._service is None:
            raise RuntimeError("the service does not run")
        # The name of the command, in parentheses, may hold spaces.
        fields = Path(f"/proc/{self._service.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def stops(self) -> None:
        """Stop the service as systemd does; RuntimeError when it does not end well."""
        if self._service is None:
            return
        service, self._service = self._service, None
        service.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(service.wait, STOP_WITHIN_SECONDS)
        if code != 0 or "Traceback" in self.log():
            raise RuntimeError(f"the service ended with {code}:\n{self.log()[-3000:]}")

    def kill(self) -> None:
        """Leave no process behind."""
        if self._service is not None:
            self._service.kill()
            self._service.wait()

    async def run(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed; RuntimeError when it fails."""
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *arguments,
            cwd=self.folder,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"keepwell {' '.join(arguments)}: {err.decode()[-2000:]}")
        return out.decode()

    async def export(self, what: str) -> list[dict[str, Any]]:
        """Return an export."""
        rows: list[dict[str, Any]] = json.loads(await self.run("export", what, "--format", "json"))
        return rows

    def log(self) -> str:
        """Return what the service has logged."""
        path = self.folder / "run.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def installed(prepared: Prepared, *, flood_limits: bool = False) -> AsyncIterator[Installation]:
    """Lay out a fresh copy of a prepared database, a Telegram, and a phone for everybody. Nothing runs yet."""
    with TemporaryDirectory(prefix="keepwell-benchmark-") as place:
        folder = Path(place)
        with copied_database(prepared.backend, prepared.template, folder) as database:
            async with Emulator(flood_limits=flood_limits) as telegram:
                phones = {}
                for person in prepared.people:
                    phone = telegram.phone(person.name, user_id=person.telegram_id)
                    phone.person.started = True  # they joined before the benchmark began
                    phones[person.name] = phone
                installation = Installation(folder, database, telegram, phones)
                try:
                    yield installation
                    await installation.stops()
                except TimeoutError as error:
                    raise RuntimeError(
                        f"something did not happen in time; the service's log:\n{installation.log()[-3000:]}"
                    ) from error
                finally:
                    installation.kill()
                if telegram.violations:
                    raise RuntimeError(f"calls that the Bot API would not take: {telegram.violations[:3]}")
