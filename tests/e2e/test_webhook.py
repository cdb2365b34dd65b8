"""Updates by webhook: only from who knows the secret, and confirmed only when they are stored."""

import asyncio
import random
from typing import Any

import aiohttp
import pytest

from emulator import Emulator
from tests.e2e.people import PEOPLE, SAM, Living, button, from_bot, row, until
from tests.e2e.process import Keepwell
from tests.e2e.programs import program
from tests.e2e.town import seed

KILLS = 4
NAMES = tuple(f"Mentor{number:02} Marshfield" for number in range(8))


def by_webhook(keepwell: Keepwell) -> str:
    """Set the webhook to this machine, and return its address."""
    address = f"http://127.0.0.1:{keepwell.port}/hook"
    keepwell.settings["WEBHOOK_URL"] = address
    return address


async def test_what_does_not_come_from_telegram_is_refused(telegram: Emulator, lite: Keepwell) -> None:
    address = by_webhook(lite)
    lite.settings["WEBHOOK_SECRET"] = "only-telegram-knows"
    phones = await lite.invited([row(SAM, "mentor", "Northside")])
    await lite.starts()
    await phones[SAM].starts()
    await until(lambda: button(phones[SAM], "consent") is not None, phones[SAM], what="consent")
    before = len(telegram.journal)

    update = {"update_id": 1, "message": message(phones[SAM].id)}
    async with aiohttp.ClientSession() as session:
        for secret, body, status in (
            (None, update, 403),
            ("", update, 403),
            ("only-telegram-knew", update, 403),
            ("only-telegram-knows", b"no json", 400),
            ("only-telegram-knows", [], 400),
            ("only-telegram-knows", {"message": "x"}, 400),
            ("only-telegram-knows", b" " * 1_010_000, 413),
        ):
            headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
            sent = {"data": body} if isinstance(body, bytes) else {"json": body}
            async with session.post(address, headers=headers, **sent) as answer:
                assert answer.status == status, (secret, body)
        async with session.get(address) as answer:
            assert answer.status == 405
    assert len(telegram.journal) == before, "something was done for a stranger"
    assert len(from_bot(phones[SAM])) == 1
    assert (await lite.healthz())[0] == 200
    assert await lite.stops() == 0


def message(person: int) -> dict[str, Any]:
    """Return /help as Telegram would say it."""
    chat = {"id": person, "type": "private", "first_name": "x"}
    sender = {"id": person, "is_bot": False, "first_name": "x"}
    command = [{"type": "bot_command", "offset": 0, "length": 5}]
    return {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": sender, "text": "/help", "entities": command}


@pytest.mark.slow
async def test_kills_while_webhooks_are_under_way_lose_nothing_and_polling_takes_over(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    number = seed()
    print(f"KEEPWELL_TEST_SEED={number}")  # shown with a failure
    dice = random.Random(number)
    by_webhook(keepwell)
    keepwell.has_program(program())
    phones = await keepwell.invited([*PEOPLE[3:], *(row(name, "mentor", "Northside") for name in NAMES)])
    await keepwell.starts()
    mentors = await asyncio.gather(*(living.mentor(phones[name]) for name in NAMES))
    for mentor in mentors:
        await mentor.asks()
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0, 0.5))
        keepwell.kill()
        await keepwell.starts()
    await telegram.all_taken(20)
    await asyncio.sleep(1)
    for mentor in mentors:
        if not mentor.answers:
            await mentor.asks()  # its question was lost with Telegram's answer
    await until(lambda: all(mentor.finished for mentor in mentors), *map(phones.get, NAMES[:1]), what="end", within=90)
    keepwell.kill()

    # Back to polling: what waits is fetched, and the webhook is gone.
    await mentors[0].asks()
    del keepwell.settings["WEBHOOK_URL"]
    await keepwell.starts()
    await until(lambda: mentors[0].finished == 2, phones[NAMES[0]], what="second check-in", within=20)
    assert await keepwell.stops() == 0
    rows = await keepwell.export("answers")
    stored = {(row["mentor"], row["checkin_id"], row["item"]): row["value"] for row in rows}
    assert len(rows) == len(stored)
    assert stored == {
        (mentor.phone.name, checkin, item): value
        for mentor in mentors
        for (checkin, item), value in mentor.answers.items()
    }
