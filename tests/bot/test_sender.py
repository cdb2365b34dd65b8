"""The sender: what is stored leaves, faults are survived, and what was sent is never forgotten."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from telegram import Bot

from bot import sender as module
from bot.buttons import Signer
from bot.request import AiohttpRequest
from bot.sender import Sender
from core.messages import Kind, Notice, OutgoingState, Priority
from emulator import Emulator, Fault
from emulator.client import Phone
from flows import delivery
from flows.deps import Deps
from flows.turn import taking, working
from storage import outbox
from storage.database import Database
from storage.tables_outbox import PaceRow
from storage.vault import Vault
from tests.conftest import SECRET
from tests.flows.world import SAM, World
from tests.shelf import Shelf
from tests.storage.helpers import rows, states


@pytest.fixture
async def world(deps: Deps, clock: Any, shelf: Shelf, machine: Emulator) -> World:
    """Sam's chat is a phone of the emulator; the clock is the real one, because the sender paces in real time."""
    made = await World.found_joined(deps, clock, shelf)
    made.deps = replace(deps, clock=lambda: datetime.now(UTC))
    return made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Faults are meant here; nobody reads their tracebacks."""
    with capture_logs():
        yield


@pytest.fixture
async def phone(world: World, machine: Emulator) -> Phone:
    found = machine.phone("Sam", user_id=world.chats[SAM])
    await found.starts()
    return found


@asynccontextmanager
async def sending(deps: Deps, bot: Bot) -> AsyncIterator[Sender]:
    """Run a sender until the end of the block."""
    sender = Sender(deps, bot, Signer((b"k" * 32,)))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await asyncio.wait_for(task, 10)


async def say(world: World, kind: Kind = Kind.HELP, **options: Any) -> None:
    async with working(world.deps) as turn:
        params = options.pop("params", {"role": "mentor"})
        turn.tell(await world.person(SAM), kind, params=params, **options)


async def settled(db: Database, count: int) -> list[OutgoingState]:
    """Wait until the newest messages are settled."""
    waiting = (OutgoingState.PENDING, OutgoingState.SENDING)
    async with asyncio.timeout(8):
        while any(state in waiting for state in (await states(db))[-count:]):  # noqa: ASYNC110 - a database sets no event
            await asyncio.sleep(0.02)
    return (await states(db))[-count:]


async def under_way(db: Database) -> None:
    """Wait until a message is being sent."""
    async with asyncio.timeout(5):
        while OutgoingState.SENDING not in await states(db):  # noqa: ASYNC110 - a database sets no event
            await asyncio.sleep(0.002)


async def test_a_message_leaves_and_its_number_is_kept(world: World, phone: Phone, bot: Bot) -> None:
    async with sending(world.deps, bot) as sender:
        await say(world)
        sender.wake(module.Priority.REPLY)
        assert await settled(world.deps.db, 1) == [OutgoingState.SENT]
    assert len(phone.messages) == 2  # their /start, and the answer
    assert (await rows(world.deps.db))[-1].message_id == phone.messages[-1].id


async def test_a_message_that_cannot_be_written_is_seen_and_holds_up_nobody(
    world: World, phone: Phone, bot: Bot
) -> None:
    await say(world, Kind.ALERT, params={"not": "what the screen needs"})
    await say(world)
    with capture_logs() as logs:
        async with sending(world.deps, bot):
            assert await settled(world.deps.db, 2) == [OutgoingState.DEAD, OutgoingState.SENT]
    assert "render_failed" in {line.get("action") for line in logs}


async def test_a_fault_at_telegram_is_tried_again(world: World, phone: Phone, bot: Bot, machine: Emulator) -> None:
    machine.faults.next("sendMessage", Fault.server_error())
    await say(world)
    with capture_logs() as logs:
        async with sending(world.deps, bot):
            assert await settled(world.deps.db, 1) == [OutgoingState.SENT]
    assert (await rows(world.deps.db))[-1].attempts == 2
    assert "message_not_sent" in {line.get("action") for line in logs}


async def test_a_refusal_ends_the_message_and_is_an_error_in_the_log(
    world: World, phone: Phone, bot: Bot, machine: Emulator
) -> None:
    machine.faults.next("sendMessage", Fault.refuse(400, "Bad Request: can't parse entities"))
    await say(world)
    with capture_logs() as logs:
        async with sending(world.deps, bot):
            assert await settled(world.deps.db, 1) == [OutgoingState.DEAD]
    assert [line["log_level"] for line in logs if line.get("action") == "message_refused"] == ["error"]


class OddAtFirst(AiohttpRequest):
    """A transport behind which somebody answers the first message in a shape that no Bot API has."""

    odd = 0

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("/sendMessage") and not self.odd:
            self.odd += 1
            return 200, b'{"ok": true, "result": {"chat": 5}}'
        return await super().do_request(url, *args, **kwargs)


async def test_an_answer_that_nobody_foresaw_does_not_hold_its_chat_for_ever(
    world: World, phone: Phone, machine: Emulator
) -> None:
    await say(world)
    transport = OddAtFirst()
    with capture_logs() as logs:
        async with (
            Bot(machine.token, base_url=f"{machine.url}/bot", request=transport) as bot,
            sending(world.deps, bot),
        ):
            assert await settled(world.deps.db, 1) == [OutgoingState.SENT]
    assert [line["log_level"] for line in logs if line.get("action") == "call_failed"] == ["error"]
    assert (await rows(world.deps.db))[-1].attempts == 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # it takes seconds, and the sender is the same
async def test_neither_an_edit_nor_a_cry_for_help_waits_for_a_wave_of_new_messages(
    world: World, phone: Phone, bot: Bot, machine: Emulator
) -> None:
    crowd = range(9_000, 9_000 + module.NEW_AT_ONCE + 2 * module.AHEAD)
    for number in crowd:
        machine.phone(f"Somebody {number}", user_id=number).person.started = True
    async with sending(world.deps, bot) as sender:
        await say(world)
        await settled(world.deps.db, 1)
        shown = (await rows(world.deps.db))[-1].message_id
        machine.faults.next("sendMessage", Fault.slow(3), times=len(crowd))
        async with working(world.deps) as turn:
            turn.notices += [Notice(kind=Kind.HELP, stranger=one, params={"role": "mentor"}) for one in crowd]
        await calls(machine, "sendMessage", 30)
        await asyncio.sleep(0.3)  # as many more are claimed as will ever be
        await say(world, edit=shown, params={"role": "supervisor"})
        sender.wake(module.Priority.REPLY)
        await calls(machine, "editMessageText", 1)  # before any of the wave has been answered
        await say(world, Kind.CRISIS, params={"told": []})
        sender.wake(module.Priority.CRISIS)
        await phone.expects("988", timeout=6)
        assert len(machine.journal.of("sendMessage")) < len(crowd) * 0.6


async def calls(machine: Emulator, method: str, count: int) -> None:
    """Wait for so many calls in all."""
    async with asyncio.timeout(1.5):
        while len(machine.journal.of(method)) < count:  # noqa: ASYNC110 - a journal sets no event
            await asyncio.sleep(0.02)


class Flaky(Database):
    """A database that goes away for a while."""

    away = 0
    failed = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        if Flaky.away > 0:
            Flaky.away -= 1
            Flaky.failed += 1
            raise OperationalError("COMMIT", {}, Exception("away"))
        async with super().transaction() as session:
            yield session


async def test_what_was_sent_is_settled_when_the_database_is_back_and_is_not_sent_twice(
    world: World, phone: Phone, bot: Bot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AFTER_FAULT_SECONDS", 0.05)
    flaky = Flaky(shelf.address, Vault([SECRET]))
    deps = replace(world.deps, db=flaky)
    await say(world)
    try:
        async with sending(deps, bot):
            await under_way(world.deps.db)
            Flaky.away = 3
            assert await settled(world.deps.db, 1) == [OutgoingState.SENT]
    finally:
        Flaky.away = 0
        await flaky.close()
    assert len(phone.messages) == 2


async def test_a_sender_survives_a_database_that_is_away_and_writes_a_line_each_time_without_a_traceback(
    world: World, phone: Phone, bot: Bot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AFTER_FAULT_SECONDS", 0.05)
    flaky = Flaky(shelf.address, Vault([SECRET]))
    await say(world)
    Flaky.away, Flaky.failed = 4, 0
    try:
        with capture_logs() as logs:
            async with sending(replace(world.deps, db=flaky), bot):
                assert await settled(world.deps.db, 1) == [OutgoingState.SENT]
    finally:
        Flaky.away = 0
        await flaky.close()
    assert Flaky.failed == 4
    failed = [line for line in logs if line["log_level"] in ("error", "critical")]
    assert {line["action"] for line in failed} <= {"sender_failed", "settling_failed"}
    assert "sender_failed" in {line["action"] for line in failed}
    assert {(line["error"], line["exc_info"]) for line in failed} == {("OperationalError", None)}
    assert len(failed) <= Flaky.failed


async def test_a_stop_finishes_and_settles_what_is_under_way(
    world: World, phone: Phone, bot: Bot, machine: Emulator
) -> None:
    machine.faults.next("sendMessage", Fault.slow(0.3))
    await say(world)
    async with sending(world.deps, bot):
        await under_way(world.deps.db)
    assert (await states(world.deps.db))[-1] is OutgoingState.SENT
    assert len(phone.messages) == 2


async def test_what_is_handed_over_leaves_without_a_claim(
    world: World, db: Database, bot: Bot, phone: Phone, machine: Emulator
) -> None:
    async with sending(world.deps, bot) as sender:
        await say(world)
        await settled(db, 1)
        deps = replace(world.deps, hand_over=sender.hand_over)
        async with taking(deps, world.press(SAM, (await rows(db))[-1].message_id)) as turn:
            assert turn is not None
            turn.reply(Kind.HELP, role="supervisor")
        assert (await states(db))[-1:] == [OutgoingState.SENDING]  # from the commit on
        assert await settled(db, 1) == [OutgoingState.SENT]
    assert (await rows(db))[-1].attempts == 1
    assert len(machine.journal.of("editMessageText")) == 1


async def test_what_is_handed_over_after_the_end_is_left_to_the_next_process(
    world: World, db: Database, bot: Bot, phone: Phone, machine: Emulator
) -> None:
    async with sending(world.deps, bot) as sender:
        pass
    deps = replace(world.deps, hand_over=sender.hand_over)
    async with taking(deps, world.press(SAM, 5)) as turn:
        assert turn is not None
        turn.reply(Kind.HELP, role="mentor")
    assert (await states(db))[-1:] == [OutgoingState.SENDING]
    assert len(machine.journal.of("editMessageText")) == 0


@pytest.mark.parametrize("is_edit", [False, True], ids=["new", "edit"])
async def test_what_another_process_has_taken_over_meanwhile_is_not_sent(
    world: World, db: Database, bot: Bot, phone: Phone, machine: Emulator, *, is_edit: bool
) -> None:
    """This process stood still for longer than its lease, with a message in hand."""
    if db.is_sqlite:
        pytest.skip("there one process alone sends")
    begun = datetime.now(UTC)
    late = replace(world.deps, clock=lambda: begun - timedelta(seconds=30))
    await say(replace(world, deps=late), **({"edit": phone.messages[-1].id} if is_edit else {}))
    mine = await delivery.claim(late, limit=5)
    other = replace(world.deps, instance="other")
    assert await delivery.recover(other, alone=False) == 1
    await delivery.claim(other, limit=5)
    with capture_logs() as logs:
        async with sending(world.deps, bot) as sender:
            sender.hand_over(mine)
            async with asyncio.timeout(5):
                while not any(line.get("action") == "message_taken_over" for line in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
    assert len(machine.journal.of("sendMessage")) == len(machine.journal.of("editMessageText")) == 0


async def test_what_is_late_but_still_held_leaves_at_another_place(
    world: World, db: Database, bot: Bot, phone: Phone
) -> None:
    begun = datetime.now(UTC)
    late = replace(world.deps, clock=lambda: begun - timedelta(seconds=2))
    await say(replace(world, deps=late))
    mine = await delivery.claim(late, limit=5)
    async with sending(world.deps, bot) as sender:
        sender.hand_over(mine)
        assert await settled(db, 1) == [OutgoingState.SENT]
    async with db.reading() as session:
        free_at = await session.scalar(select(PaceRow.free_at).where(PaceRow.key == outbox.BOT))
    assert (free_at > begun) is not db.is_sqlite


async def test_an_alert_that_is_late_and_still_held_waits_for_no_place(
    world: World, db: Database, bot: Bot, phone: Phone
) -> None:
    """The places of the next five seconds are given out."""
    begun = datetime.now(UTC)
    late = replace(world.deps, clock=lambda: begun - timedelta(seconds=8))
    await say(replace(world, deps=late), priority=Priority.ALERT)
    mine = await delivery.claim(late, limit=5)
    async with db.transaction() as session:
        await outbox.hold(session, {outbox.BOT: begun + timedelta(seconds=5)})
    async with sending(world.deps, bot) as sender:
        sender.hand_over(mine)
        assert await settled(db, 1) == [OutgoingState.SENT]
    assert (await rows(db))[-1].done_at - begun < timedelta(seconds=4)
