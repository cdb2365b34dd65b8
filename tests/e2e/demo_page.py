"""The real `keepwell demo` as a process, and its phones in a real browser."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, expect

SAM: Final = 7_000_001
ANN: Final = 7_000_002
ROSA: Final = 7_000_003
BEN: Final = 7_000_004
DANA: Final = 7_000_005

READY_WITHIN: Final = 60.0  # seconds; about two on an idle machine
STOP_WITHIN: Final = 20.0
LOOK_EVERY: Final = 0.05
SEEN_WITHIN_MS: Final = 15_000
ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+/")

# Sam's answers before the last question: somewhat, and nothing that crosses a limit by itself.
ENGLISH: Final = ("Somewhat", "Quite a bit", "Quite a bit", "A little")
SPANISH: Final = ("Bastante", "Un poco", "Un poco", "Bastante")


class Demo:
    """A process of `keepwell demo` in a folder of its own, with nothing of the machine's settings for Keepwell."""

    def __init__(self, folder: Path) -> None:
        """Start the process."""
        self._said, self._complained = folder / "demo.out", folder / "demo.err"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KEEPWELL_")}
        with self._said.open("wb") as out, self._complained.open("wb") as err:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("keepwell")), "demo", "--port", "0"],
                cwd=folder,
                env=kept | {"KEEPWELL_LISTEN": "127.0.0.1:0"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def address(self) -> str | None:
        """Return the address of the page, None before it is printed; AssertionError when the process has ended."""
        found = ADDRESS.search(self._said.read_text("utf-8"))
        assert found or self._process.poll() is None, f"the demonstration did not start:\n{self.complaints()}"
        return found[0] if found else None

    def stop(self) -> int:
        """Tell the process to stop, and return its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def complaints(self) -> str:
        """Return what the process has written to its standard error."""
        return self._complained.read_text("utf-8")


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """Run the demonstration in a folder, and yield the address of its page. It must end cleanly when it is told to."""
    running = Demo(folder)
    try:
        async with asyncio.timeout(READY_WITHIN):
            while not (address := running.address()):  # noqa: ASYNC110 - another process prints it
                await asyncio.sleep(LOOK_EVERY)
        yield address
    finally:
        code = await asyncio.to_thread(running.stop)
    assert code == 0, f"exit code {code}\n{running.complaints()}"
    assert "Traceback" not in running.complaints(), running.complaints()


@dataclass(frozen=True, slots=True)
class PhoneOnPage:
    """One phone of the page, worked as a person would."""

    page: Page
    number: int  # the Telegram id of its owner

    @property
    def part(self) -> Locator:
        """The part of the page that is this phone."""
        return self.page.locator(f'[data-phone="{self.number}"]')

    def bubbles(self, words: str | re.Pattern[str]) -> Locator:
        """What the bot has said with these words in it."""
        return self.part.locator(".theirs .text").filter(has_text=words)

    def key(self, label: str | re.Pattern[str]) -> Locator:
        """The newest button with this label, a mark before it left out; a pattern finds it anywhere."""
        name = label if isinstance(label, re.Pattern) else re.compile(rf"^(✓ )?{re.escape(label)}$")
        return self.part.locator(".keys").get_by_role("button", name=name).last

    async def starts(self) -> None:
        """Press START."""
        await self.part.get_by_role("button", name="START").click()

    async def sees(self, words: str | re.Pattern[str]) -> None:
        """Wait until the bot has said something with these words in it."""
        await expect(self.bubbles(words).last).to_be_visible(timeout=SEEN_WITHIN_MS)

    async def taps(self, label: str | re.Pattern[str]) -> None:
        """Press the newest button with this label, once it is there."""
        await self.key(label).click(timeout=SEEN_WITHIN_MS)

    async def says(self, words: str) -> None:
        """Type a text and send it."""
        field = self.part.get_by_label("Message", exact=True)
        await field.fill(words)
        await field.press("Enter")

    async def answers(self, labels: Sequence[str], *, of: int = 5) -> None:
        """Answer the questions of a pulse one by one, and wait for the next each time."""
        for number, label in enumerate(labels, start=1):
            await self.sees(f"{number}/{of}")
            await self.taps(label)
        await self.sees(f"{len(labels) + 1}/{of}")


async def open_page(page: Page, address: str) -> tuple[PhoneOnPage, PhoneOnPage, PhoneOnPage]:
    """Open the page, and return the phones of Sam (mentor), Ann (his supervisor) and Rosa (mentor, in Spanish)."""
    await page.goto(address)
    phones = PhoneOnPage(page, SAM), PhoneOnPage(page, ANN), PhoneOnPage(page, ROSA)
    for phone in phones:
        await expect(phone.part.get_by_role("button", name="START")).to_have_count(1, timeout=SEEN_WITHIN_MS)
    return phones


async def sam_joins(sam: PhoneOnPage) -> None:
    """From START through the three pages of consent, the zone and the time, to "all set"."""
    await sam.starts()
    for number in (1, 2):
        await sam.sees(f"{number} of 3")
        await sam.taps("Next")
    await sam.sees("3 of 3")
    await sam.taps("I agree")
    await sam.sees("What time is it")
    await sam.taps(re.compile("Chicago"))
    await sam.sees("When shall I ask?")
    await sam.taps("9:00 AM")
    await sam.sees("You are all set, Sam.")
