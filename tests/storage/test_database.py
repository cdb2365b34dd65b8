"""Transactions: all or nothing, instants in UTC, and a database that is away is told from a fault of ours."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from structlog.testing import capture_logs

from core.people import Role
from storage import facts, migrate, people, updates
from storage.database import DATABASE_AWAY, Database, SchemaMissing, database_url, tables_missing
from storage.vault import Vault
from tests.conftest import SECRET, MovableClock
from tests.storage.helpers import some_people


async def test_a_fault_in_the_middle_leaves_nothing_behind(db: Database, clock: MovableClock) -> None:
    async def half() -> None:
        async with db.transaction() as session:
            await facts.put(session, "key", "value", clock.now)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await half()
    async with db.reading() as session:
        assert await facts.get(session, "key") is None


async def test_a_reader_sees_only_what_was_committed(db: Database, clock: MovableClock) -> None:
    async with db.transaction() as writing:
        await facts.put(writing, "key", "value", clock.now)
        async with db.reading() as session:
            assert await facts.get(session, "key") is None
    async with db.reading() as session:
        assert await facts.get(session, "key") == "value"


async def test_writers_queue_and_lose_nothing(db: Database, clock: MovableClock) -> None:
    async def count() -> None:
        async with db.transaction() as session:
            await updates.take(session, uuid4().int % 10**15, clock.now)

    await asyncio.gather(*(count() for _ in range(40)))
    async with db.transaction() as session:
        assert await updates.forget(session, clock.now + timedelta(seconds=1)) == 40


async def test_an_update_is_taken_once_by_whoever_is_first(db: Database, clock: MovableClock) -> None:
    async def take() -> bool:
        async with db.transaction() as session:
            return await updates.take(session, 7, clock.now)

    assert sorted(await asyncio.gather(*(take() for _ in range(6)))) == [False] * 5 + [True]


async def test_updates_are_forgotten_only_when_they_are_old(db: Database, clock: MovableClock) -> None:
    async with db.transaction() as session:
        await updates.take(session, 7, clock.now)
        assert await updates.forget(session, clock.now) == 0
        assert not await updates.take(session, 7, clock.now)


async def test_a_buried_update_is_sealed_and_counted_once(db: Database, clock: MovableClock) -> None:
    async with db.transaction() as session:
        for _ in range(2):
            await updates.bury(session, 2**53, {"text": "what Sam wrote"}, "E" * 500, clock.now)
        assert await updates.buried(session) == 1


async def test_instants_come_back_in_utc_whatever_zone_they_had(db: Database) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=-6)))
    async with db.transaction() as session:
        await facts.put(session, "key", "value", at)
    async with db.reading() as session:
        found = await facts.when(session, "key")
    assert found == at
    assert found is not None
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


async def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        async with db.transaction() as session:
            await facts.put(session, "key", "value", datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001


async def test_large_telegram_ids_are_kept(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    async with db.transaction() as session:
        await people.bind(session, sam, 2**52 - 1, clock.now)
        found = await people.by_telegram(session, 2**52 - 1)
    assert found is not None
    assert found.telegram_id == 2**52 - 1


async def test_an_account_belongs_to_one_person(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    async with db.transaction() as session:
        await people.bind(session, rosa, 1_000, clock.now)
    async with db.reading() as session:
        assert (await people.get(session, sam)).telegram_id is None
        assert (await people.by_telegram(session, 1_000)) == await people.get(session, rosa)


async def test_two_people_cannot_have_one_name(db: Database, clock: MovableClock) -> None:
    await some_people(db, 1, clock.now)

    async def again() -> None:
        async with db.transaction() as session:
            values = {"role": Role.LEAD, "team_id": None, "language": "en", "timezone": "UTC"}
            await people.add(session, name="  PERSON   0", now=clock.now, **values)

    with pytest.raises(IntegrityError) as caught:
        await again()
    assert "PERSON" not in str(caught.value)


async def test_nobody_is_found_who_is_not_there(db: Database) -> None:
    async with db.reading() as session:
        assert await people.by_name(session, "Nobody") is None
        assert await people.by_telegram(session, 1) is None
        assert await people.team_named(session, "Nowhere") is None
        with pytest.raises(LookupError):
            await people.get(session, uuid4())


async def test_a_database_that_is_away_is_told_from_one_without_tables(database_address: str) -> None:
    db = Database(database_address, Vault([SECRET]))
    away = Database("postgresql://nobody@127.0.0.1:1/none", Vault([SECRET]))
    assert not await away.answers()
    await away.close()
    assert await db.answers()
    assert await db.revision() == migrate.head()
    await asyncio.to_thread(migrate.downgrade, database_address)
    assert await db.revision() is None
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each engine has its own
        async with db.reading() as session:
            await people.everyone(session)
    assert tables_missing(caught.value)
    assert tables_missing(SchemaMissing())
    assert not tables_missing(OSError())
    await db.close()
    assert OSError in DATABASE_AWAY


@pytest.mark.parametrize("address", ["mysql://h/d", "oracle://h/d"])
def test_another_kind_of_database_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not supported; use sqlite"):
        database_url(address)


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgres://h/d", "postgresql+psycopg"),
        ("postgresql://h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_our_business(address: str, driver: str) -> None:
    assert database_url(address).drivername == driver


async def test_what_people_wrote_does_not_reach_a_log_through_an_error(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    with capture_logs() as logs, pytest.raises(DBAPIError) as caught:
        async with db.transaction() as session:
            await people.change(session, sam, language="what Sam wrote" * 900, role=None)
    assert "what Sam wrote" not in str(caught.value)
    assert "what Sam wrote" not in str(logs)
