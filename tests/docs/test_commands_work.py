"""What the README and the how-to pages tell an operator to type does what they say."""

import asyncio
import csv
import os
import re
import shlex
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emulator import Emulator
from scripts.docs import PROJECT
from tests.e2e.process import free_port, keepwell_command

CONSOLE = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
KEEPWELL = ".venv/bin/keepwell "
STOP_WITHIN = 20.0


def section(page: str, heading: str) -> str:
    """Return what stands below a heading of the second level."""
    text = (PROJECT / page).read_text("utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def commands(text: str) -> list[str]:
    """Return the command lines of the console blocks."""
    lines = [line.strip() for block in CONSOLE.findall(text) for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


class Operator:
    """Somebody in an empty folder who types what the pages say."""

    def __init__(self, folder: Path, telegram: Emulator) -> None:
        self.folder, self.telegram = folder, telegram
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KEEPWELL_")}
        self.running: subprocess.Popen[bytes] | None = None

    async def types(self, line: str) -> None:
        """Do what a command line says; `keepwell run` stays running."""
        if line == "cp .env.example .env":
            self._write_settings()
        elif line == f"{KEEPWELL}run":
            self.running = self._start("run")
        elif line.startswith(KEEPWELL):
            process = self._start(*shlex.split(line.removeprefix(KEEPWELL)))
            assert await asyncio.to_thread(process.wait) == 0, f"{line}\n{self.log()}"
        else:
            assert line in ("make setup", "chmod 600 .env"), f"the test does not know: {line}"

    def _write_settings(self) -> None:
        text = (PROJECT / ".env.example").read_text("utf-8")
        given = {"TELEGRAM_TOKEN": self.telegram.token, "TELEGRAM_API_URL": self.telegram.url}
        for name, value in (given | {"LISTEN": f"127.0.0.1:{free_port()}"}).items():
            assert text.count(f"\nKEEPWELL_{name}=\n") == 1, name
            text = text.replace(f"\nKEEPWELL_{name}=\n", f"\nKEEPWELL_{name}={value}\n")
        (self.folder / ".env").write_text(text, encoding="utf-8")

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*keepwell_command(), *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        """Return what all commands have said."""
        return (self.folder / "log").read_text("utf-8")

    def links(self) -> dict[str, str]:
        """Return the links that were written, by name."""
        with (self.folder / "links.csv").open(encoding="utf-8", newline="") as file:
            return {row["name"]: row["link"] for row in csv.DictReader(file)}

    def stop(self) -> int:
        """Stop the service, and return its exit code."""
        assert self.running is not None, "the service was not started"
        self.running.terminate()
        return self.running.wait(STOP_WITHIN)


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    # The people are those of the page about the roster.
    (people,) = re.findall(
        r"^```text\n(name,role,.*?)^```$", (PROJECT / "docs/howto/roster.md").read_text("utf-8"), re.M | re.S
    )
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    async with Emulator() as telegram:
        someone = Operator(tmp_path, telegram)
        try:
            yield someone
        finally:
            if someone.running is not None and someone.running.poll() is None:
                someone.running.kill()
                someone.running.wait()
        assert telegram.violations == []


async def test_five_steps_lead_from_a_token_to_a_supervisor_who_is_welcomed(operator: Operator) -> None:
    typed = commands(section("README.md", "With a real bot, in five steps"))
    assert [line.split()[1] for line in typed if line.startswith(KEEPWELL)] == ["migrate", "roster", "doctor", "run"]
    for line in typed:
        await operator.types(line)
    links = operator.links()
    assert list(links) == ["Ann Lee", "Ben Ortiz", "Sam Rivera", "Rosa Vega", "Dana Fox"]
    assert links["Ann Lee"].startswith("https://t.me/keepwell_bot?start=")
    ann = operator.telegram.phone("Ann Lee")
    await ann.opens(links["Ann Lee"])
    await ann.expects("Welcome, Ann.", timeout=30)
    assert await asyncio.to_thread(operator.stop) == 0, operator.log()
    assert "Traceback" not in operator.log()


async def test_the_page_about_a_real_bot_tells_the_same_commands_as_the_readme() -> None:
    readme = commands(section("README.md", "With a real bot, in five steps"))
    page = commands((PROJECT / "docs/howto/real-bot.md").read_text("utf-8"))
    assert [line for line in page if line != "chmod 600 .env"] == readme


async def test_a_backup_of_a_running_service_brings_everybody_back(operator: Operator) -> None:
    for line in commands(section("README.md", "With a real bot, in five steps")):
        await operator.types(line)
    ann = operator.telegram.phone("Ann Lee")
    await ann.opens(operator.links()["Ann Lee"])
    await ann.expects("Welcome, Ann.", timeout=30)
    folder, copy = commands(section("docs/howto/backup.md", "Back up"))[:2]
    assert folder == "mkdir -p backups"
    (operator.folder / "backups").mkdir()
    await operator.types(copy)
    (backup,) = (operator.folder / "backups").iterdir()
    assert await asyncio.to_thread(operator.stop) == 0, operator.log()
    operator.running = None
    database = operator.folder / "keepwell.db"
    for path in operator.folder.glob("keepwell.db*"):
        path.unlink()
    *_, back = commands(section("docs/howto/backup.md", "Restore"))
    await operator.types(back.replace("backups/FILE", f"backups/{backup.name}"))
    restored = sqlite3.connect(database)
    try:
        counts = restored.execute("SELECT count(*), count(telegram_sealed) FROM people").fetchone()
    finally:
        restored.close()
    assert counts == (5, 1)
    assert {path.stat().st_mode & 0o77 for path in (database, backup)} == {0}
    assert (operator.folder / "keepwell.key").stat().st_mode & 0o777 == 0o600
