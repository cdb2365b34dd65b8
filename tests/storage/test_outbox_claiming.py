"""Messages leave once, in order, within Telegram's limits, and a crisis before all others."""

import asyncio
import itertools
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from core.messages import Kind, Notice, Priority
from storage import outbox, people
from storage.database import Database
from tests.conftest import MovableClock
from tests.storage.helpers import BUDGET, LEASE, SECOND, claim, claim_until_empty, put, rows, says, some_people, texts


async def test_a_claimed_message_carries_all_that_sending_needs(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "hello", receipt="checkin:1"))
    (outgoing,) = await claim(db, clock.now)
    assert (outgoing.chat_id, outgoing.person_id, outgoing.language, outgoing.timezone) == (
        1_000,
        sam,
        "en",
        "America/Chicago",
    )
    assert (outgoing.params, outgoing.receipt, outgoing.attempts) == ({"text": "hello"}, "checkin:1", 1)
    assert (outgoing.repeated, outgoing.edit, outgoing.send_at) == (False, None, clock.now)


async def test_somebody_on_no_roster_is_answered_in_their_own_language(db: Database, clock: MovableClock) -> None:
    await put(db, clock.now, Notice(kind=Kind.REFUSAL, stranger=-5, params={"language": "es", "text": "no"}))
    (outgoing,) = await claim(db, clock.now)
    assert (outgoing.chat_id, outgoing.person_id, outgoing.language, outgoing.timezone) == (-5, None, "es", "UTC")


async def test_somebody_without_a_chat_is_no_obstacle(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    async with db.transaction() as session:
        await people.change(session, sam, telegram_sealed=None, telegram_index=None)
    await put(db, clock.now, says(sam, "hello"))
    (outgoing,) = await claim(db, clock.now)
    assert outgoing.chat_id == 0


async def test_what_people_are_told_is_stored_sealed(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "tired of it"), Notice(kind=Kind.REFUSAL, stranger=4_242_424, params={}))
    stored = [str(vars(row)) for row in await rows(db)]
    assert not any("tired" in row or "4242424" in row for row in stored)


async def test_a_claimed_message_is_not_claimed_again(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "once"))
    assert len(await claim(db, clock.now)) == 1
    assert await claim(db, clock.now + timedelta(hours=1), owner="two") == []


async def test_sessions_that_claim_at_once_never_take_the_same_message(db: Database, clock: MovableClock) -> None:
    persons = await some_people(db, 40, clock.now)
    await put(db, clock.now, *(says(person, str(number)) for number, person in enumerate(persons)))

    async def replica(name: str) -> list[int]:
        taken, now = [], clock.now
        for _ in range(25):
            taken += [one.id for one in await claim(db, now, owner=name, limit=3)]
            now += timedelta(milliseconds=70)
        return taken

    batches = await asyncio.gather(*(replica(f"replica {number}") for number in range(4)))
    taken = [id_ for batch in batches for id_ in batch]
    assert len(taken) == len(set(taken)) == 40
    assert all(row.attempts == 1 for row in await rows(db))


async def test_replicas_share_one_budget(db: Database, clock: MovableClock) -> None:
    persons = await some_people(db, 60, clock.now)
    await put(db, clock.now, *(says(person, "x") for person in persons))
    now, found = clock.now, []
    for _ in range(30):
        claimed = await asyncio.gather(*(claim(db, now, owner=str(number), limit=20) for number in range(3)))
        found += [one.send_at for batch in claimed for one in batch]
        now += timedelta(milliseconds=100)
    assert len(found) == 60
    assert_within_budget(found)


def assert_within_budget(places: list[datetime]) -> None:
    """At most 30 in any second, wherever that second begins."""
    places = sorted(places)
    for first, last in zip(places, places[30:], strict=False):
        assert last - first >= SECOND


@pytest.mark.slow
async def test_three_thousand_messages_keep_to_thirty_in_any_second_and_use_most_of_it(
    db: Database, clock: MovableClock
) -> None:
    persons = await some_people(db, 300, clock.now)
    for _ in range(10):
        await put(db, clock.now, *(says(person, "x") for person in persons))
    found = await claim_until_empty(db, clock.now)
    assert len({one.id for one in found}) == 3_000
    places = [one.send_at for one in found]
    assert_within_budget(places)
    assert (max(places) - min(places)).total_seconds() < 3_000 / 29
    by_chat: dict[int, list[datetime]] = defaultdict(list)
    for one in found:
        by_chat[one.chat_id].append(one.send_at)
    for chat in by_chat.values():
        assert all(later - earlier >= SECOND for earlier, later in itertools.pairwise(chat))


async def test_a_crisis_leaves_before_everything_that_waited_longer(db: Database, clock: MovableClock) -> None:
    persons = await some_people(db, 50, clock.now)
    order = [Priority.DIGEST, Priority.CHECKIN, Priority.REPLY, Priority.ALERT, Priority.CRISIS]
    for number, person in enumerate(persons):
        priority = order[number * len(order) // len(persons)]
        await put(db, clock.now + number * timedelta(milliseconds=1), says(person, str(number), priority=priority))
    found = await claim_until_empty(db, clock.now + SECOND)
    assert [one.priority for one in found] == sorted(one.priority for one in found)


async def test_a_crisis_that_comes_late_waits_no_longer_than_the_horizon(db: Database, clock: MovableClock) -> None:
    persons = await some_people(db, 201, clock.now)
    await put(db, clock.now, *(says(person, "broadcast", priority=Priority.CHECKIN) for person in persons[1:]))
    assert await claim(db, clock.now, limit=40)
    await put(db, clock.now, says(persons[0], "crisis", priority=Priority.CRISIS))
    now = clock.now
    while not (found := await claim(db, now)):
        now += timedelta(milliseconds=10)
    assert texts(found)[0] == "crisis"
    assert found[0].send_at <= clock.now + BUDGET.horizon + 2 * BUDGET.interval


async def test_a_crisis_waits_for_no_place_where_one_process_alone_sends_and_costs_one_all_the_same(
    db: Database, clock: MovableClock
) -> None:
    persons = await some_people(db, 20, clock.now)
    alone = {"alone": True, "interval": timedelta(milliseconds=50), "horizon": timedelta(milliseconds=100)}
    await put(db, clock.now, *(says(person, "check-in", priority=Priority.CHECKIN) for person in persons[2:]))
    before = await claim(db, clock.now, **alone)
    await put(db, clock.now, *(says(person, "crisis", priority=Priority.CRISIS) for person in persons[:2]))
    crises = await claim(db, clock.now, **alone)
    assert [(one.params["text"], one.send_at) for one in crises] == [("crisis", clock.now)] * 2
    (after,) = await claim(db, clock.now + timedelta(milliseconds=150), **alone)
    assert after.send_at == before[-1].send_at + timedelta(milliseconds=150)  # two places have gone to the crises


async def test_a_crisis_does_not_wait_for_an_answer_of_telegram(db: Database, clock: MovableClock) -> None:
    """The message before it may hang for as long as its lease."""
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "hangs"))
    assert len(await claim(db, clock.now)) == 1
    await put(db, clock.now, says(sam, "reply"), says(sam, "crisis", priority=Priority.CRISIS))
    assert texts(await claim(db, clock.now + SECOND)) == ["crisis"]


async def test_one_chat_gets_one_message_a_second_in_the_order_in_which_they_were_said(
    db: Database, clock: MovableClock
) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    for text in "abcde":
        await put(db, clock.now, says(sam, text))
    found = await claim_until_empty(db, clock.now)
    assert texts(found) == list("abcde")
    places = [one.send_at for one in found]
    assert all(later - earlier >= SECOND for earlier, later in itertools.pairwise(places))


async def test_edits_cost_no_budget_but_keep_to_one_at_a_time_in_a_chat(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "one", edit=1), says(sam, "two", edit=2), says(rosa, "three", edit=1))
    assert sorted(texts(await claim(db, clock.now))) == ["one", "three"]
    await put(db, clock.now, says(rosa, "a new one"))
    assert await claim(db, clock.now) == []  # both chats are waiting for Telegram's answer


async def test_a_newer_edit_takes_the_place_of_an_older_one_that_has_not_left(
    db: Database, clock: MovableClock
) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, says(sam, "question 1", edit=7), says(rosa, "hers", edit=7))
    await put(db, clock.now, says(sam, "question 2", edit=7), says(sam, "another message", edit=8))
    assert [row.state for row in await rows(db)] == ["superseded", "pending", "pending", "pending"]


async def test_one_key_gives_one_message_for_ever(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    first = await put(db, clock.now, says(sam, "digest", dedup_key="digest:9"))
    assert first[0] is not None
    assert await put(db, clock.now, says(sam, "digest", dedup_key="digest:9"), says(sam, "other")) != [None, None]
    await claim_until_empty(db, clock.now)
    assert await put(db, clock.now, says(sam, "digest", dedup_key="digest:9")) == [None]
    assert len(await rows(db)) == 2


async def test_a_message_with_a_later_date_waits_for_it(db: Database, clock: MovableClock) -> None:
    (sam,) = await some_people(db, 1, clock.now)
    await put(db, clock.now, says(sam, "tomorrow", not_before=clock.now + SECOND))
    assert await claim(db, clock.now + SECOND - timedelta(microseconds=1)) == []
    async with db.reading() as session:
        assert await outbox.next_due(session, clock.now) == clock.now + SECOND
        assert await outbox.oldest_waiting(session, clock.now) is None
        assert await outbox.oldest_waiting(session, clock.now + SECOND) == clock.now + SECOND
    assert texts(await claim(db, clock.now + SECOND)) == ["tomorrow"]


async def test_what_has_missed_its_place_gets_the_next_one_before_those_who_come_later(
    db: Database, clock: MovableClock
) -> None:
    sam, rosa, theo = await some_people(db, 3, clock.now)
    await put(db, clock.now, says(sam, "late"), says(rosa, "late too"))
    late = await claim(db, clock.now)
    now = clock.now + timedelta(seconds=5)
    async with db.transaction() as session:
        places = [await outbox.place_again(session, one, now, BUDGET) for one in late]
    await put(db, now, says(theo, "new"))
    (new,) = await claim(db, now)
    assert [*places, new.send_at] == [now + number * BUDGET.interval for number in range(3)]


async def test_a_clock_that_was_set_back_does_not_silence_the_bot(db: Database, clock: MovableClock) -> None:
    """The budget was used up to an instant a day ahead: whoever set the clock right must not pay for it with a day."""
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now - timedelta(days=1), says(sam, "ahead"))
    assert len(await claim(db, clock.now)) == 1
    await put(db, clock.now - timedelta(days=1), says(rosa, "now"))
    assert texts(await claim(db, clock.now - timedelta(days=1))) == ["now"]


async def test_a_pause_that_telegram_asked_for_is_kept(db: Database, clock: MovableClock) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    async with db.transaction() as session:
        await outbox.hold(session, {outbox.BOT: clock.now + SECOND})
        # A shorter one does not end it.
        await outbox.hold(session, {outbox.BOT: clock.now, sam.hex: clock.now + timedelta(hours=2)})
    await put(db, clock.now, says(sam, "to Sam"), says(rosa, "to Rosa"), says(sam, "an edit", edit=3))
    assert texts(await claim(db, clock.now)) == ["an edit"]
    found = await claim(db, clock.now + SECOND)
    assert texts(found) == ["to Rosa"]
    assert await claim(db, clock.now + timedelta(minutes=119)) == []


async def test_more_messages_to_one_chat_than_places_do_not_keep_others_waiting(
    db: Database, clock: MovableClock
) -> None:
    sam, rosa = await some_people(db, 2, clock.now)
    await put(db, clock.now, *(says(sam, str(number), priority=Priority.ALERT) for number in range(200)))
    await put(db, clock.now, says(rosa, "hers"))
    first = await claim(db, clock.now)
    second = await claim(db, clock.now + timedelta(milliseconds=200))
    assert [one.person_id for one in first] == [sam]
    assert [one.person_id for one in second] == [rosa]


async def test_nothing_is_claimed_from_an_empty_outbox(db: Database, clock: MovableClock) -> None:
    assert await claim(db, clock.now) == []


async def test_the_lease_begins_when_the_message_may_leave(db: Database, clock: MovableClock) -> None:
    persons = await some_people(db, 4, clock.now)
    await put(db, clock.now, *(says(person, "x") for person in persons))
    found = {one.id: one for one in await claim(db, clock.now)}
    for row in await rows(db):
        assert row.lease_until == found[row.id].send_at + LEASE
        assert row.claimed_by == "one"
