"""Two phones in a real browser, with a bot behind them: what the tests of the page share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import FloatRect, Locator, Page, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from emulator import Emulator, Phone
from tests.browser import chromium_page

CODE = "Code_of-Sam"


@dataclass(frozen=True, slots=True)
class Screens:
    """The page, and everything around it: Sam was invited by a link, Ann has opened her chat."""

    emulator: Emulator
    bot: Bot
    page: Page
    sam: Phone
    ann: Phone

    def of(self, phone: Phone) -> Locator:
        """The part of the page that is this phone."""
        return self.page.locator(f'[data-phone="{phone.id}"]')

    def bubble(self, phone: Phone, message_id: int) -> Locator:
        """One message with its buttons."""
        return self.of(phone).locator(f'[data-message-id="{message_id}"]')

    async def next_update(self) -> Update:
        """Take and confirm the next update as a bot does."""
        (update,) = await self.bot.get_updates(timeout=5, limit=1)
        await self.bot.get_updates(offset=update.update_id + 1, timeout=0, limit=1)
        return update


@asynccontextmanager
async def two_phones(
    *, upcoming: Callable[[], Awaitable[datetime | None]] | None = None, **look: Any
) -> AsyncIterator[Screens]:
    """Open the page; `look` goes to `chromium_page`. The bot must have kept to the Bot API at the end."""
    emulator = Emulator(upcoming=upcoming)
    sam = emulator.phone("Sam Reed", role="mentor", start_payload=CODE)
    ann = emulator.phone("Ann Delgado", role="supervisor", language="es")
    await ann.starts()
    async with emulator, Bot(emulator.token, base_url=f"{emulator.url}/bot") as bot, chromium_page(**look) as page:
        screens = Screens(emulator, bot, page, sam, ann)
        await screens.next_update()  # Ann's /start
        await page.goto(emulator.url)
        await expect(screens.of(ann).locator(".message")).to_have_count(1)
        yield screens
        assert emulator.violations == []


def keys(*rows: str) -> InlineKeyboardMarkup:
    """A keyboard from rows of labels that "|" separates; the data of a button is its label."""
    labels = [[label.strip() for label in row.split("|")] for row in rows]
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=x) for x in row] for row in labels])


async def box_of(part: Locator) -> FloatRect:
    """Where a part of the page stands, in pixels, once it is visible."""
    await expect(part).to_be_visible()
    box = await part.bounding_box()
    assert box is not None
    return box
