"""What becomes of a message whose sending went wrong: nothing is lost, and nothing comes twice without saying so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from core.messages import Kind, Outgoing, OutgoingState
from storage import outbox, retention, settling
from storage.database import Database
from storage.outbox import PATIENCE
from storage.settling import Attempt
from storage.tables_outbox import OutboxRow
from tests.conftest import MovableClock
from tests.storage.helpers import LEASE, SECOND, claim, claim_until_empty, put, rows, says, some_people, states, texts

MINUTE = timedelta(minutes=1)


def attempt_of(outgoing: Outgoing) -> Attempt:
    return Attempt(outgoing.id, outgoing.attempts, outgoing.kind, outgoing.edit is not None)


async def put_back(db: Database, outgoing: Outgoing, due_at: datetime, **options: bool) -> bool:
    async with db.transaction() as session:
        return await settling.again(session, attempt_of(outgoing), due_at=due_at, error="x" * 300, **options)


async def unsure(db: Database, outgoing: Outgoing, now: datetime) -> bool:
    async with db.transaction() as session:
        return await settling.unsure(session, attempt_of(outgoing), error="lost", due_at=now, now=now)


async def recover(db: Database, now: datetime, except_owner: str | None = None) -> int:
    async with db.transaction() as session:
        found = await settling.orphans(session, now, except_owner)
        for orphan in found:
            await settling.unsure(session, orphan, error="its sender stopped", due_at=now, now=now)
    return len(found)


async def test_a_message_that_was_not_sent_is_due_again_later(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "again"))
    (first,) = await claim(db, clock.now)
    assert await put_back(db, first, clock.now + MINUTE)
    assert await claim(db, clock.now + MINUTE - SECOND) == []
    (second,) = await claim(db, clock.now + MINUTE)
    assert (second.id, second.attempts, second.repeated) == (first.id, 2, False)
    assert len((await rows(db))[0].error or "") == 200


async def test_what_is_said_later_does_not_overtake_what_is_being_tried_again(
    db: Database, clock: MovableClock
) -> None:
    """ "Nobody has answered yet" must not arrive after "Ann has seen it"."""
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "nobody yet"), says(sam, "Ann has seen it"))
    (first,) = await claim(db, clock.now)
    assert texts([first]) == ["nobody yet"]
    await put_back(db, first, clock.now + 3 * SECOND)
    assert await claim(db, clock.now + 2 * SECOND) == []
    assert texts(await claim_until_empty(db, clock.now + 3 * SECOND)) == ["nobody yet", "Ann has seen it"]


async def test_a_message_that_never_succeeds_does_not_hold_up_its_chat_for_ever(
    db: Database, clock: MovableClock
) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "poison"), says(sam, "good"))
    now = clock.now
    for _ in range(PATIENCE):
        (poison,) = await claim(db, now)
        await put_back(db, poison, now + 10 * SECOND)
        now += 10 * SECOND
    await claim(db, now - 5 * SECOND)
    assert (await states(db))[1] is OutgoingState.SENDING


async def test_other_chats_do_not_wait_for_a_message_that_is_tried_again(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "poison"))
    (poison,) = await claim(db, clock.now)
    await put_back(db, poison, clock.now + MINUTE)
    await put(db, clock.now, says(rosa, "hers"))
    assert texts(await claim(db, clock.now + SECOND)) == ["hers"]


@pytest.mark.parametrize(
    ("kind", "repeated"),
    [
        (Kind.CHECKIN, False),
        (Kind.NUDGE, False),
        (Kind.ALERT, True),
        (Kind.CHAIN_ENDED, True),
        (Kind.CRISIS, True),
        (Kind.MENTOR_STATUS, True),
        (Kind.HELP, True),
    ],
)
async def test_the_kind_decides_about_a_message_that_was_maybe_sent(
    db: Database, clock: MovableClock, kind: Kind, repeated: bool
) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "maybe", kind=kind))
    (first,) = await claim(db, clock.now)
    assert await unsure(db, first, clock.now) is repeated
    again = await claim(db, clock.now + MINUTE)
    if repeated:
        assert (again[0].id, again[0].repeated) == (first.id, True)
    else:
        assert again == []
        assert await states(db) == [OutgoingState.MAYBE]


async def test_an_edit_that_was_maybe_made_is_made_again(db: Database, clock: MovableClock) -> None:
    """An edit is harmless twice, of whatever kind."""
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "question", kind=Kind.CHECKIN, edit=5))
    (first,) = await claim(db, clock.now)
    assert await unsure(db, first, clock.now)


@pytest.mark.parametrize("way", ["not sent", "unsure", "orphan"])
async def test_an_older_edit_never_comes_back_over_a_newer_one(db: Database, clock: MovableClock, way: str) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "open", edit=5))
    (old,) = await claim(db, clock.now)
    await put(db, clock.now, says(sam, "Ann has it", edit=5))
    match way:
        case "not sent":
            assert not await put_back(db, old, clock.now)
        case "unsure":
            assert not await unsure(db, old, clock.now)
        case _:
            assert await recover(db, clock.now + LEASE) == 1
    assert await states(db) == [OutgoingState.SUPERSEDED, OutgoingState.PENDING]
    assert texts(await claim(db, clock.now + LEASE)) == ["Ann has it"]


async def test_an_older_edit_that_was_put_back_while_a_newer_one_was_being_stored_never_leaves(
    db: Database, clock: MovableClock
) -> None:
    """Two transactions that do not see each other leave both waiting."""
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "question 1", edit=7))
    (older,) = await claim(db, clock.now)
    await put(db, clock.now + SECOND, says(sam, "question 2", edit=7))
    async with db.transaction() as session:
        await session.execute(update(OutboxRow).where(OutboxRow.id == older.id).values(state="pending"))
    assert texts(await claim_until_empty(db, clock.now + SECOND)) == ["question 2"]
    async with db.transaction() as session:
        found = await settling.outdated(session)
        assert found == [older.id]
        await settling.drop(session, found, clock.now)
        assert await settling.outdated(session) == []


async def test_a_message_that_was_not_sent_gives_way_to_a_newer_one_about_the_same_thing(
    db: Database, clock: MovableClock
) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "question 1", receipt="checkin:1"))
    (older,) = await claim(db, clock.now)
    await put(db, clock.now, says(sam, "question 2", receipt="checkin:1"))
    assert not await put_back(db, older, clock.now)
    assert texts(await claim_until_empty(db, clock.now)) == ["question 2"]


async def test_an_edit_whose_message_is_gone_is_sent_anew(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "question", edit=5))
    (first,) = await claim(db, clock.now)
    await put_back(db, first, clock.now, as_new=True)
    (second,) = await claim(db, clock.now)
    assert (second.edit, second.repeated) == (None, False)


async def test_messages_of_a_process_that_died_are_taken_up_when_its_lease_is_over(
    db: Database, clock: MovableClock
) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "alert", kind=Kind.ALERT), says(rosa, "question", kind=Kind.CHECKIN))
    assert len(await claim(db, clock.now, owner="dead")) == 2
    assert await recover(db, clock.now + LEASE - SECOND) == 0
    assert await recover(db, clock.now + LEASE + SECOND) == 2
    assert await states(db) == [OutgoingState.PENDING, OutgoingState.MAYBE]
    (again,) = await claim(db, clock.now + LEASE + SECOND)
    assert again.repeated


async def test_a_single_process_takes_up_at_once_what_its_predecessor_held(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "alert", kind=Kind.ALERT))
    await claim(db, clock.now, owner="before")
    await put(db, clock.now, says(rosa, "mine"))
    await claim(db, clock.now, owner="now")
    assert await recover(db, clock.now, except_owner="now") == 1
    assert await states(db) == [OutgoingState.PENDING, OutgoingState.SENDING]


async def test_a_process_that_was_paused_does_not_undo_what_another_one_did(db: Database, clock: MovableClock) -> None:
    """It wakes up after its lease, with a time-out in its hands, when the message has long arrived."""
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "alert", kind=Kind.ALERT))
    (paused,) = await claim(db, clock.now, owner="paused")
    await recover(db, clock.now + LEASE)
    (other,) = await claim(db, clock.now + LEASE, owner="other")
    for finished in (False, True):
        if finished:
            async with db.transaction() as session:
                await settling.sent(session, other.id, 77, clock.now)
        assert not await put_back(db, paused, clock.now)
        await unsure(db, paused, clock.now)
        async with db.transaction() as session:
            attempt = attempt_of(paused)
            assert not await settling.give_up(session, attempt, OutgoingState.DEAD, "refused", clock.now)
        assert await states(db) == [OutgoingState.SENT if finished else OutgoingState.SENDING]


async def test_a_message_that_arrived_after_all_is_not_sent_again(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "alert", kind=Kind.ALERT))
    (paused,) = await claim(db, clock.now, owner="paused")
    await recover(db, clock.now + LEASE)
    async with db.transaction() as session:
        await settling.sent(session, paused.id, 9, clock.now + LEASE)
    assert await claim(db, clock.now + LEASE) == []


async def test_what_nobody_is_to_be_asked_any_more_is_taken_back(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    question, alert = says(sam, "question", kind=Kind.CHECKIN), says(sam, "alert", kind=Kind.ALERT)
    await put(db, clock.now, question, alert, says(rosa, "hers", kind=Kind.CHECKIN))
    async with db.transaction() as session:
        assert await settling.drop_pending(session, sam, (Kind.CHECKIN, Kind.NUDGE), clock.now) == 1
    assert await states(db) == [OutgoingState.SUPERSEDED, OutgoingState.PENDING, OutgoingState.PENDING]


async def test_what_is_over_is_not_said_any_more(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "old", receipt="checkin:1"), says(sam, "other", receipt="checkin:2"))
    async with db.transaction() as session:
        assert await settling.drop_receipt(session, sam, "checkin:1", clock.now) == 1
    assert await states(db) == [OutgoingState.SUPERSEDED, OutgoingState.PENDING]


async def test_retention_deletes_only_what_was_settled(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "sent"), says(rosa, "waits", not_before=clock.now + timedelta(days=99)))
    (one,) = await claim(db, clock.now)
    async with db.transaction() as session:
        await settling.sent(session, one.id, 1, clock.now)
        assert await retention.messages(session, clock.now) == 0
        assert await retention.messages(session, clock.now + SECOND) == 1
    assert await states(db) == [OutgoingState.PENDING]
    async with db.reading() as session:
        assert outbox.chat_key(session, one) == sam.hex
