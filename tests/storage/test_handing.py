"""An edit leaves with the transaction that made it, unless it has to wait its turn."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.messages import Kind, Notice, Outgoing, OutgoingState
from storage import people, settling
from storage.database import Database
from storage.handing import put_held
from storage.settling import Attempt
from tests.conftest import MovableClock
from tests.storage.helpers import LEASE, claim, put, rows, says, some_people, states


async def held(db: Database, notice: Notice, clock: MovableClock) -> Outgoing | None:
    async with db.transaction() as session:
        return await put_held(session, notice, owner="one", now=clock.now, lease=LEASE)


@pytest.fixture
async def sam(db: Database, clock: MovableClock) -> UUID:
    return (await some_people(db, 1, clock.now))[0]


async def test_a_held_edit_is_stored_as_a_claim_would_leave_it(db: Database, clock: MovableClock, sam: UUID) -> None:
    await put(db, clock.now, says(sam, "claimed", edit=7, receipt="checkin:1"))
    (claimed,) = await claim(db, clock.now)
    async with db.transaction() as session:
        await settling.sent(session, claimed.id, 7, clock.now)
    mine = await held(db, says(sam, "claimed", edit=7, receipt="checkin:1"), clock)
    assert mine is not None
    same = ("chat_id", "person_id", "language", "timezone", "params", "edit", "priority", "attempts", "repeated")
    for name in (*same, "receipt", "send_at", "kind"):
        assert getattr(mine, name) == getattr(claimed, name), name
    row = (await rows(db))[-1]
    assert (row.state, row.claimed_by, row.lease_until, row.attempts) == ("sending", "one", clock.now + LEASE, 1)
    assert await claim(db, clock.now, owner="two") == []


async def test_nothing_is_held_while_another_message_to_the_chat_is_under_way(
    db: Database, clock: MovableClock, sam: UUID
) -> None:
    assert await held(db, says(sam, "first", edit=7), clock) is not None
    assert await held(db, says(sam, "second", edit=7), clock) is None
    assert await states(db) == [OutgoingState.SENDING]


async def test_an_edit_takes_the_place_of_one_that_waits(db: Database, clock: MovableClock, sam: UUID) -> None:
    await put(db, clock.now, says(sam, "old", edit=7), says(sam, "of another message", edit=8))
    assert await held(db, says(sam, "new", edit=7), clock) is not None
    assert await states(db) == [OutgoingState.SUPERSEDED, OutgoingState.PENDING, OutgoingState.SENDING]


@pytest.mark.parametrize("why", ["new", "later", "once", "stranger", "no chat"])
async def test_what_a_claim_has_to_decide_is_left_to_it(db: Database, clock: MovableClock, sam: UUID, why: str) -> None:
    notice = says(sam, "words", edit=7)
    match why:
        case "new":
            notice = says(sam, "words")
        case "later":
            notice = says(sam, "words", edit=7, not_before=clock.now + timedelta(hours=1))
        case "once":
            notice = says(sam, "words", edit=7, dedup_key="once")
        case "stranger":
            notice = Notice(kind=Kind.REFUSAL, stranger=5, params={}, edit=7)
        case "no chat":
            async with db.transaction() as session:
                await people.change(session, sam, telegram_sealed=None, telegram_index=None)
    assert await held(db, notice, clock) is None
    assert await rows(db) == []


async def test_an_edit_whose_holder_is_gone_is_sent_again(db: Database, clock: MovableClock, sam: UUID) -> None:
    mine = await held(db, says(sam, "words", edit=7), clock)
    assert mine is not None
    clock.forward(seconds=LEASE.total_seconds())
    async with db.transaction() as session:
        (orphan,) = await settling.orphans(session, clock.now, None)
        assert orphan == Attempt(mine.id, 1, Kind.HELP, True)
        assert await settling.unsure(session, orphan, error="gone", due_at=clock.now, now=clock.now)
    (again,) = await claim(db, clock.now, owner="two")
    assert (again.id, again.attempts, again.repeated) == (mine.id, 2, True)
