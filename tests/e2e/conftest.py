"""A Telegram in the test's process, and an installation of Keepwell that talks to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emulator import Backoff, Emulator
from tests.e2e.people import Living
from tests.e2e.process import Keepwell


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    """A Telegram that tries webhooks again quickly."""
    async with Emulator(backoff=Backoff(first=0.05, longest=0.5, timeout=20)) as emulator:
        yield emulator


@pytest.fixture
async def bare(telegram: Emulator, tmp_path: Path) -> AsyncIterator[Keepwell]:
    """The installed command on SQLite, without a database yet; the test looks at its logs and calls itself."""
    folder = tmp_path / "home"
    folder.mkdir()
    installation = Keepwell(folder, telegram, f"sqlite:///{folder / 'keepwell.db'}", installed=True)
    yield installation
    installation.ended()


@pytest.fixture
async def lite(bare: Keepwell) -> AsyncIterator[Keepwell]:
    """An installation on a new SQLite, for what does not depend on the database."""
    bare.installed = False
    await bare.run("migrate")
    yield bare
    bare.ended()
    bare.sound()


@pytest.fixture
async def keepwell(telegram: Emulator, database_address: str, tmp_path: Path) -> AsyncIterator[Keepwell]:
    """An installation on each of the two databases, with a program of short durations to be written."""
    folder = tmp_path / "home"
    folder.mkdir()
    installation = Keepwell(folder, telegram, database_address)
    try:
        yield installation
    finally:
        installation.ended()
    installation.sound()


@pytest.fixture
async def living(telegram: Emulator) -> AsyncIterator[Living]:
    """The people whose phones are in use."""
    people = Living(telegram)
    yield people
    await people.rests()
