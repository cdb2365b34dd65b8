"""Take the pictures of the documentation anew, from the real demonstration in a real browser.

`python -m scripts.pictures`. Needs Chromium.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

from tests.browser import ADVICE, FLAGS, browser_path
from tests.e2e.demo_page import ENGLISH, demo, open_page, sam_joins

PICTURES: Final = Path(__file__).parent.parent / "docs" / "pictures"
MAX_BYTES: Final = 250_000
COLORS: Final = 256  # a page of flat colors needs no more, and a repository keeps every picture for ever

BOTH: Final = ViewportSize(width=748, height=880)
ONE: Final = ViewportSize(width=390, height=780)
TALL: Final = ViewportSize(width=390, height=920)

Shot = Callable[[Page, str, Path], Awaitable[None]]


async def both_phones(page: Page, address: str, file: Path) -> None:
    """Sam has said that he is not safe; Ann's phone shows the alert."""
    sam, ann, _ = await open_page(page, address)
    await ann.starts()
    await ann.sees("Welcome, Ann.")
    await sam_joins(sam)
    await sam.taps("Try one now")
    await sam.answers(ENGLISH)
    await sam.taps("I'm not safe")
    await sam.sees("I am calling Ann Lee now")
    await ann.sees("Sam Rivera needs a person now")
    await page.wait_for_timeout(1200)  # until the bubbles have come to rest
    await page.screenshot(path=file)


async def joining(page: Page, address: str, file: Path) -> None:
    """The second page of the consent: who sees what."""
    sam, _, _ = await open_page(page, address)
    await sam.starts()
    await sam.sees("1 of 3")
    await sam.taps("Next")
    await sam.sees("2 of 3")
    await page.wait_for_timeout(600)
    await page.screenshot(path=file)


async def pulse(page: Page, address: str, file: Path) -> None:
    """A question of the pulse on a phone-sized screen."""
    sam, _, _ = await open_page(page, address)
    await sam_joins(sam)
    await sam.taps("Try one now")
    await sam.answers(ENGLISH[:1])
    await page.wait_for_timeout(600)
    await page.screenshot(path=file)


SHOTS: Final[Mapping[str, tuple[ViewportSize, Shot]]] = MappingProxyType(
    {
        "phones.png": (BOTH, both_phones),
        "joining.png": (TALL, joining),
        "pulse.png": (ONE, pulse),
    }
)


async def take(name: str) -> Path:
    """Take one picture from a demonstration of its own, and return its file."""
    viewport, shot = SHOTS[name]
    file = PICTURES / name
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
            page = await browser.new_page(
                viewport=viewport,
                device_scale_factor=1.25,
                locale="en-US",
                timezone_id="America/Chicago",
                reduced_motion="reduce",
            )
            await shot(page, address, file)
            await browser.close()
    return file


def reduce(file: Path) -> int:
    """Give a picture a palette, and return its size in bytes."""
    with Image.open(file) as picture:
        flat = picture.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    flat.save(file, optimize=True)
    return file.stat().st_size


def main() -> int:
    """Take all pictures, or those that are named, and return the exit status."""
    if browser_path() is None:
        print(ADVICE)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or SHOTS:
        size = reduce(asyncio.run(take(name)))
        print(f"{name}: {size // 1000} kB")
        if size > MAX_BYTES:
            print(f"{name} is larger than {MAX_BYTES // 1000} kB")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
