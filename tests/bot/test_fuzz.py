"""A short run of the fuzzer, and whether it would see what it looks for."""

import logging
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from benchmarks.fuzz.checks import Checks
from benchmarks.fuzz.shapes import mutated
from benchmarks.fuzz.town import FAITHFUL, lines, town
from benchmarks.people import Prepared, prepared
from emulator.errors import bad_request

PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def people() -> Iterator[Prepared]:
    with logs_put_back(), prepared("sqlite", lines()) as made:
        yield made


@contextmanager
def logs_put_back() -> Iterator[None]:
    """The fuzzer logs as the service does, into memory; other tests look at their own logs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()


def test_hostile_updates_break_nothing_and_lose_nothing() -> None:
    """In a process of its own, which logs as the service does. The long run: `python -m benchmarks.fuzz`."""
    command = [sys.executable, "-m", "benchmarks.fuzz", "--updates", "250", "--each", "250", "--seed", "7"]
    done = subprocess.run([*command, "--seconds", "6"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| findings | 0 |" in done.stdout


async def test_a_word_on_a_wrong_phone_a_forged_line_and_a_bad_call_would_be_seen(people: Prepared) -> None:
    async with town(people) as home:
        checks = Checks(home, {phone.id for phone in home.phones.values()})
        assert checks.look() == []
        name = home.those(FAITHFUL)[0].name
        stranger = next(phone.id for phone in home.phones.values() if phone.name.endswith("Brixton"))
        for chat, words in ((stranger, f"{name} may need you"), (stranger, "zqxsecret4"), (5, "hello")):
            home.seen.words.append((chat, words))
            assert len(checks.look()) == 1, words
        for line in ("Traceback", '{"action": "forged_line"}', f'{{"event": "{name}"}}'):
            home.log.write(f"{line}\n")
            assert len(checks.look()) == 1, line
        home.edge.violations.append(str(bad_request("no such field")))
        home.seen.faults.append("ValueError")
        assert len(checks.look()) == 2


def test_an_update_of_which_nothing_is_left_is_left_alone() -> None:
    assert mutated({}, random.Random(1)) == {}
    for seed in range(200):
        mutated({"update_id": 1}, random.Random(seed))
