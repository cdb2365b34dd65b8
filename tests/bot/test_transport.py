"""What each error of Telegram means for a message: never lost, never disabled for an unknown reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import telegram.error
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.request import MaybeSent, NotSent
from bot.screens.screen import Button, Screen
from bot.transport import backoff, keyboard, send, settled_from
from core.messages import Kind, Outgoing, Priority
from emulator import Emulator, Fault
from flows.delivery import Result

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MESSAGE = Outgoing(
    id=1,
    kind=Kind.ALERT,
    chat_id=5,
    person_id=uuid4(),
    language="en",
    timezone="UTC",
    params={},
    edit=None,
    priority=Priority.ALERT,
    attempts=1,
    repeated=False,
    receipt="notice:1",
    send_at=NOW,
)

MEANINGS: list[tuple[TelegramError, Result]] = [
    (RetryAfter(timedelta(seconds=4)), Result.SLOW_DOWN),
    (Forbidden("Forbidden: bot was blocked by the user"), Result.UNREACHABLE),
    (Forbidden("Forbidden: user is deactivated"), Result.UNREACHABLE),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Result.UNREACHABLE),
    (BadRequest("Chat not found"), Result.UNREACHABLE),
    (Forbidden("Forbidden: something that is new"), Result.REFUSED),
    (Forbidden("Forbidden: bot was kicked from the group chat"), Result.REFUSED),
    (BadRequest("Can't parse entities"), Result.REFUSED),
    (BadRequest("Message is not modified: specified new message content is the same"), Result.SENT),
    (BadRequest("Message to edit not found"), Result.GONE),
    (BadRequest("Message can't be edited"), Result.GONE),
    (BadRequest("MESSAGE_ID_INVALID"), Result.GONE),
    (ChatMigrated(-100), Result.REFUSED),
    (TimedOut(), Result.UNSURE),
    (MaybeSent("the answer was lost"), Result.UNSURE),
    (NotSent("no connection"), Result.NOT_SENT),
    (NetworkError("Bad Gateway"), Result.NOT_SENT),
    (InvalidToken(), Result.NOT_SENT),
    (Conflict("another getUpdates"), Result.NOT_SENT),
    (EndPointNotFound("404"), Result.NOT_SENT),
    (PassportDecryptionError("odd"), Result.NOT_SENT),
    (TelegramError("something that is new"), Result.NOT_SENT),
]


@pytest.mark.parametrize(("error", "result"), MEANINGS, ids=lambda value: repr(value)[:60])
def test_each_error_has_a_meaning(error: TelegramError, result: Result) -> None:
    settled = settled_from(MESSAGE, error)
    assert settled.result is result
    if result in (Result.NOT_SENT, Result.UNSURE, Result.SLOW_DOWN):
        assert settled.retry_in is not None
        assert settled.retry_in > timedelta(0)


def test_every_error_class_of_the_library_is_in_the_table() -> None:
    known = {
        value for value in vars(telegram.error).values() if isinstance(value, type) and issubclass(value, TelegramError)
    }
    assert {type(error) for error, _ in MEANINGS} >= known


def test_a_long_pause_that_telegram_asks_for_is_kept_as_it_is() -> None:
    assert settled_from(MESSAGE, RetryAfter(timedelta(seconds=10_000))).retry_in == timedelta(seconds=10_000)


@pytest.mark.parametrize("attempts", range(1, 40))
def test_each_wait_is_longer_than_the_one_before_up_to_a_limit(attempts: int) -> None:
    longest = min(2.0 ** (attempts - 1), 300.0)
    for _ in range(20):
        wait = backoff(replace(MESSAGE, attempts=attempts)).total_seconds()
        assert longest * 0.7 <= wait <= longest
        crisis = backoff(replace(MESSAGE, attempts=attempts, priority=Priority.CRISIS)).total_seconds()
        assert crisis <= 10


def test_buttons_become_a_keyboard_and_no_buttons_none() -> None:
    assert keyboard(Screen("text")) is None
    made = keyboard(Screen("text", ((Button("Yes", data="1:a"),), (Button("Read", url="https://example.org"),))))
    assert made is not None
    assert [[button.text for button in row] for row in made.inline_keyboard] == [["Yes"], ["Read"]]


async def outgoing_to(machine: Emulator, **values: Any) -> Outgoing:
    phone = machine.phone("Sam")
    await phone.starts()
    return replace(MESSAGE, chat_id=phone.id, **values)


async def test_a_message_arrives_and_reports_its_number(machine: Emulator, bot: Bot) -> None:
    outgoing = await outgoing_to(machine)
    settled = await send(bot, outgoing, Screen("<b>Hello</b> &amp; so on"))
    assert settled.result is Result.SENT
    edited = await send(bot, replace(outgoing, edit=settled.message_id), Screen("Changed"))
    assert (edited.result, edited.message_id) == (Result.SENT, settled.message_id)


async def test_an_edit_that_changes_nothing_has_arrived(machine: Emulator, bot: Bot) -> None:
    outgoing = await outgoing_to(machine)
    first = await send(bot, outgoing, Screen("Same"))
    again = await send(bot, replace(outgoing, edit=first.message_id), Screen("Same"))
    assert (again.result, again.message_id) == (Result.SENT, first.message_id)


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (Fault.too_many(7), Result.SLOW_DOWN),
        (Fault.server_error(), Result.NOT_SENT),
        (Fault.server_error(500, "Internal", not_json=True), Result.NOT_SENT),
        (Fault.unauthorized(), Result.NOT_SENT),
        (Fault.refuse(403, "Forbidden: bot was blocked by the user"), Result.UNREACHABLE),
        (Fault.refuse(403, "Forbidden: for a reason of tomorrow"), Result.REFUSED),
        (Fault.cut_after(), Result.UNSURE),
    ],
)
async def test_what_goes_wrong_at_telegram_is_told_apart(
    machine: Emulator, bot: Bot, fault: Fault, result: Result
) -> None:
    outgoing = await outgoing_to(machine)
    machine.faults.next("sendMessage", fault)
    assert (await send(bot, outgoing, Screen("Hello"))).result is result


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (Forbidden("Forbidden: bot was kicked from the group chat"), Result.UNREACHABLE),
        (BadRequest("Bad Request: message thread not found"), Result.UNREACHABLE),
        (ChatMigrated(-100), Result.MOVED),
        (Forbidden("Forbidden: for a reason of tomorrow"), Result.REFUSED),
    ],
)
def test_a_group_that_is_gone_or_has_moved_is_told_from_a_refusal(error: TelegramError, result: Result) -> None:
    settled = settled_from(replace(MESSAGE, person_id=None, group_id=uuid4()), error)
    assert settled.result is result
    assert settled.new_chat == (-100 if result is Result.MOVED else None)
