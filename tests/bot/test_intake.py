"""An update is confirmed to Telegram only after it was handled; whatever Telegram answers, polling goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.dispatch import Dispatcher
from bot.intake import LongPoll
from emulator import Emulator, Fault

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Away(Exception):
    """The database does not answer."""


class Desk:
    """Handles updates: at once, when it is let, or not at all."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.fault: Exception | None = None
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.begun = asyncio.Event()

    async def handle(self, update: dict[str, Any]) -> None:
        self.begun.set()
        await self.may_go_on.wait()
        if self.fault is not None:
            raise self.fault
        self.handled.append(update["update_id"])

    async def bury(self, id_: int, _update: dict[str, Any], _error: str) -> None:
        self.handled.append(-id_)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def make_poll(machine: Emulator, desk: Desk) -> LongPoll:
    dispatcher = Dispatcher(desk.handle, desk.bury, lambda error: isinstance(error, Away), first_wait=0.001)
    base = f"{machine.url}/bot{machine.token}"
    return LongPoll(base, dispatcher, lambda: NOW, first_pause=0.01)


@asynccontextmanager
async def running(poll: LongPoll) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(poll.run())
    try:
        yield task
    finally:
        poll.stop()
        await asyncio.wait_for(task, 5)


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not what():  # noqa: ASYNC110 - there is nothing that could set an event
            await asyncio.sleep(0.005)


async def three_messages(machine: Emulator) -> None:
    phone = machine.phone("Sam")
    await phone.starts()
    for text in ("one", "two"):
        await phone.says(text)


async def test_updates_are_handled_in_order_and_then_confirmed(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    async with running(make_poll(machine, desk)) as task:
        await until(lambda: len(desk.handled) == 3)
        await machine.all_taken()
        assert not task.done()
    assert desk.handled == sorted(desk.handled)
    assert machine.violations == []


async def test_nothing_is_confirmed_before_it_is_handled(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    desk.may_go_on.clear()
    async with running(make_poll(machine, desk)):
        await desk.begun.wait()
        await asyncio.sleep(0.05)
        assert machine.pending_updates == 3
        desk.may_go_on.set()
        await machine.all_taken()


async def test_a_kill_in_the_middle_loses_nothing(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    desk.may_go_on.clear()
    killed = asyncio.create_task(make_poll(machine, desk).run())
    await desk.begun.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    assert machine.pending_updates == 3
    desk.may_go_on.set()
    desk.handled.clear()
    async with running(make_poll(machine, desk)):
        await machine.all_taken()
    assert len(desk.handled) == 3


async def test_while_the_database_is_away_updates_stay_at_telegram(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    desk.fault = Away()
    async with running(make_poll(machine, desk)):
        await desk.begun.wait()
        await asyncio.sleep(0.05)
        assert machine.pending_updates == 3
        desk.fault = None
        await machine.all_taken()
    assert len(desk.handled) == 3


async def test_an_update_that_cannot_be_handled_does_not_hold_up_the_others(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    desk.fault = ValueError()
    async with running(make_poll(machine, desk)):
        await machine.all_taken()
    assert [id_ < 0 for id_ in desk.handled] == [True] * 3


async def test_a_refused_token_is_seen_and_polling_goes_on(machine: Emulator, desk: Desk) -> None:
    """It may be a passing fault of the server's."""
    machine.faults.next("getUpdates", Fault.unauthorized(), times=2)
    poll = make_poll(machine, desk)
    seen = []
    with capture_logs() as logs:
        async with running(poll):
            await until(lambda: any(line.get("action") == "token_refused" for line in logs))
            seen.append(poll.refused)
            await three_messages(machine)
            await machine.all_taken()
    assert seen == [True]
    assert not poll.refused
    assert len(desk.handled) == 3
    assert {line["log_level"] for line in logs if line.get("action") == "token_refused"} == {"critical"}


FAULTS: list[tuple[Fault, str]] = [
    (Fault.refuse(409, "Conflict: terminated by other getUpdates request"), "poll_conflict"),
    (Fault.server_error(), "poll_failed"),
    (Fault.cut_before(), "poll_failed"),
    (Fault.cut_after(), "poll_failed"),
]


@pytest.mark.parametrize(("fault", "action"), FAULTS, ids=[action + str(n) for n, (_, action) in enumerate(FAULTS)])
async def test_whatever_goes_wrong_is_logged_and_tried_again(
    machine: Emulator, desk: Desk, fault: Fault, action: str
) -> None:
    machine.faults.next("getUpdates", fault, times=2)  # a broken connection is tried twice before it counts
    await three_messages(machine)
    with capture_logs() as logs:
        async with running(make_poll(machine, desk)):
            await until(lambda: len(set(desk.handled)) == 3)
            await machine.all_taken()
    assert action in {line.get("action") for line in logs}
    assert not any(machine.token in str(line) for line in logs)


async def test_a_pause_that_telegram_asks_for_is_kept(machine: Emulator, desk: Desk) -> None:
    machine.faults.next("getUpdates", Fault.too_many(1))
    await three_messages(machine)
    async with running(make_poll(machine, desk)):
        await asyncio.sleep(0.3)
        assert desk.handled == []


async def test_a_stop_ends_a_long_poll_at_once(machine: Emulator, desk: Desk) -> None:
    poll = make_poll(machine, desk)
    async with asyncio.timeout(2):
        async with running(poll):
            await asyncio.sleep(0.05)
    assert poll.last_answer is None


async def test_a_stop_finishes_the_update_in_hand(machine: Emulator, desk: Desk) -> None:
    await three_messages(machine)
    desk.may_go_on.clear()
    poll = make_poll(machine, desk)
    async with running(poll):
        await desk.begun.wait()
        poll.stop()
        desk.may_go_on.set()
    assert len(desk.handled) == 3
    assert poll.last_answer == NOW


@pytest.mark.parametrize("body", [b"<html>please log in</html>", b"{}", b"[]", b'{"result": [{}]}', b'{"result": 3}'])
async def test_something_that_is_not_telegram_does_not_end_the_service(desk: Desk, body: bytes) -> None:
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dispatcher = Dispatcher(desk.handle, desk.bury, lambda _error: False, first_wait=0.001)
    poll = LongPoll(f"http://127.0.0.1:{port}/bot1:T", dispatcher, lambda: NOW, first_pause=0.01)
    async with running(poll) as task:
        await until(lambda: asked >= 2 or task.done())
        assert not task.done()
    server.close()
    assert poll.last_answer is None
    assert desk.handled == []
