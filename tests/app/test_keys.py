"""`keepwell keys`: a new key takes over while the service runs, and nobody is locked out on the way."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from flows.deps import Deps
from storage import outbox, people, rekeying
from storage.copying import reading_from, tables, writing_to
from storage.database import Database
from storage.rekeying import DIGESTS, SEALED, reseal, sealed_tables, usage
from storage.replicas import KEYS_OF
from storage.tables import Base
from storage.tables_checkins import NoteRow
from storage.tables_service import FactRow
from storage.vault import Vault, fingerprint
from tests.app.conftest import Run
from tests.conftest import SECRET, START, MovableClock
from tests.flows.world import SAM, World
from tests.shelf import Shelf
from tests.storage.filled import ROWS, everything, fill
from tests.storage.helpers import some_people

NEW = "a new secret key of the house"
OLD_NAME, NEW_NAME = fingerprint(SECRET), fingerprint(NEW)


def quietly(_rows: int) -> None:
    """Nobody watches."""


@pytest.fixture
def filled(database: str) -> str:
    with writing_to(database) as connection:
        fill(connection, Vault([SECRET]))
    return database


def test_every_sealed_value_is_sealed_anew_and_says_the_same(filled: str) -> None:
    old, both = Vault([SECRET]), Vault([NEW, SECRET])
    with reading_from(filled) as connection:
        before = everything(connection)
    advanced: list[int] = []
    result = reseal(filled, both, advanced.append)
    assert (result.waiting, result.unreadable) == (0, {})
    assert sum(advanced) == result.changed == rekeying.total(filled) == ROWS * len(list(sealed_tables()))
    with reading_from(filled) as connection:
        after = everything(connection)
    new = Vault([NEW])  # the old key is not needed any more
    for table in tables():
        for row, was in zip(after[table.name], before[table.name], strict=True):
            for name, value in row.items():
                if name.endswith(SEALED):
                    assert value is None or new.open(value) == old.open(was[name])
                elif (table.name, name) not in DIGESTS:
                    assert value == was[name], (table.name, name)
    assert reseal(filled, both, quietly).changed == 0
    assert usage(filled, both) == {NEW_NAME: sum(len(c) for _, c in sealed_tables()) * ROWS, OLD_NAME: 0}


async def test_people_are_found_by_name_and_account_before_and_after(database: str) -> None:
    db = Database(database, Vault([SECRET]))
    (who,) = await some_people(db, 1, START)
    await db.close()
    reseal(database, Vault([NEW, SECRET]), quietly)
    for keys in ([NEW, SECRET], [SECRET, NEW], [NEW]):
        db = Database(database, Vault(keys))
        async with db.reading() as session:
            for found in (await people.by_name(session, "person 0"), await people.by_telegram(session, 1_000)):
                assert found is not None
                assert found.id == who
        await db.close()


def test_it_goes_on_where_it_was_interrupted(filled: str) -> None:
    class Interrupted(Exception):
        """Somebody pressed Ctrl-C."""

    def interrupt(_rows: int) -> None:
        raise Interrupted

    both = Vault([NEW, SECRET])
    with pytest.raises(Interrupted):
        reseal(filled, both, interrupt)
    half = usage(filled, both)
    assert half[NEW_NAME]
    assert half[OLD_NAME]
    assert 0 < reseal(filled, both, quietly).changed < rekeying.total(filled)
    assert usage(filled, both)[OLD_NAME] == 0


def test_what_another_key_sealed_is_left_alone_and_counted(filled: str) -> None:
    result = reseal(filled, Vault([NEW, "a key that was never used"]), quietly)
    assert result.changed == 0
    assert result.unreadable["people"] == ROWS
    assert usage(filled, Vault([SECRET])) == {OLD_NAME: sum(len(c) for _, c in sealed_tables()) * ROWS}


def test_a_row_that_somebody_holds_is_waited_for_by_coming_back(filled: str) -> None:
    both = Vault([NEW, SECRET])
    with writing_to(filled) as other:
        if other.dialect.name == "sqlite":
            return  # writers queue
        other.execute(select(NoteRow.id).limit(1).with_for_update())
        assert reseal(filled, both, quietly).waiting == 1
    assert reseal(filled, both, quietly).changed == 1


async def is_due(world: World) -> bool:
    async with world.deps.db.reading() as session:
        return await outbox.oldest_waiting(session, world.clock.now) is not None


async def test_the_service_goes_on_meanwhile(shelf: Shelf, deps: Deps, clock: MovableClock) -> None:
    world = await World.found_joined(deps, clock, shelf)
    for _ in range(3):
        await world.calls()
    db = Database(shelf.address, Vault([NEW, SECRET]))
    served = replace(world, deps=replace(deps, db=db))

    async def arrives() -> None:
        """A message that is being sealed anew is passed over, and taken the next time."""
        while await is_due(served):
            await served.deliver()

    async def serve() -> None:
        await served.asks_for_a_checkin()
        for value in ("4", "4", "4", "0", "today"):
            await arrives()
            await served.taps(SAM, value)
        await arrives()

    result, _ = await asyncio.gather(asyncio.to_thread(reseal, shelf.address, db.vault, quietly), serve())
    assert result.unreadable == {}
    reseal(shelf.address, db.vault, quietly)
    assert usage(shelf.address, db.vault)[OLD_NAME] == 0
    assert len(await served.alerts(SAM)) == 2  # one call, however often; one answer
    await db.close()


def test_every_digest_and_every_sealed_column_is_known() -> None:
    for table, columns in sealed_tables():
        assert len(table.primary_key.columns) == 1, f"{table.name}: sealing anew goes by one column"
        assert columns
    digests = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_index")
    }
    assert digests <= set(DIGESTS)


def test_a_new_key_in_the_file_beside_the_database(run: Run, sqlite: str, folder: Path) -> None:
    key = folder / "keepwell.key"
    key.write_text(SECRET + "\n")
    with writing_to(sqlite) as connection:
        fill(connection, Vault([SECRET]))
    done = run("keys", "rotate", "--new")
    assert done.exit_code == 0, done.output
    first, second = key.read_text().strip().split(",")
    assert second == SECRET
    assert key.stat().st_mode & 0o777 == 0o600
    assert f"Take {OLD_NAME} out of the list on" in done.output
    assert first not in done.output
    listed = run("keys", "list").output.splitlines()
    assert listed[1] == f"{OLD_NAME}\t0 values"
    key.write_text(first)
    assert len(run("keys", "list").output.splitlines()) == 1


def test_a_new_key_in_the_settings_file(run: Run, sqlite: str, folder: Path) -> None:
    (folder / ".env").write_text(f"# mine\nKEEPWELL_SECRET_KEY={SECRET}\nKEEPWELL_LOG_LEVEL=INFO\n")
    assert run("keys", "rotate", "--new").exit_code == 0
    lines = (folder / ".env").read_text().splitlines()
    assert (lines[0], lines[2]) == ("# mine", "KEEPWELL_LOG_LEVEL=INFO")
    assert lines[1].endswith(f",{SECRET}")


def test_a_key_of_the_environment_is_changed_there(run: Run, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("keys", "rotate", "--new")
    assert refused.exit_code == 1
    assert "KEEPWELL_SECRET_KEY comes from the environment" in refused.output
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", f"{NEW},{SECRET}")
    assert "0 rows were sealed anew" in run("keys", "rotate").output


def test_a_service_that_does_not_know_the_key_yet_stops_it(
    run: Run, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing_to(filled) as connection:
        for name, known in (("one", OLD_NAME), ("two", f"{NEW_NAME},{OLD_NAME}")):
            connection.execute(insert(FactRow).values(key=KEYS_OF + name, value=known, at=datetime.now(UTC)))
        connection.execute(insert(FactRow).values(key=KEYS_OF + "gone", value=OLD_NAME, at=START))
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", f"{NEW},{SECRET}")
    refused = run("keys", "rotate")
    assert refused.exit_code == 1
    assert f"1 running services do not know the key {NEW_NAME} yet (one)" in refused.output
    assert usage(filled, Vault([NEW, SECRET]))[NEW_NAME] == 0
