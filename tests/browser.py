"""A real Chromium for tests that look at a page."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Request, ViewportSize, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
ADVICE = "these tests need Chromium; to get it: apt-get install chromium"
HERE = ("127.0.0.1", "localhost", "::1")

WIDE = ViewportSize(width=1280, height=860)
PHONE_SIZED = ViewportSize(width=360, height=740)


def browser_path() -> Path | None:
    """Return the browser on this machine, or None."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def browser_or_skip() -> Path:
    """Return the browser; without one skip the test, or fail it where CI is "true"."""
    path = browser_path()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(ADVICE, pytrace=False)
    if path is None:
        pytest.skip(ADVICE)
    return path


@asynccontextmanager
async def chromium_page(
    viewport: ViewportSize = WIDE,
    *,
    color_scheme: Literal["light", "dark"] = "light",
    reduced_motion: Literal["no-preference", "reduce"] = "no-preference",
    touch: bool = False,
) -> AsyncIterator[Page]:
    """Yield an empty page of a new headless Chromium, in English and UTC.

    At the end the test fails if a script of the page threw, if the page broke its
    own security policy, or if anything was asked of another machine.
    """
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_or_skip(), args=list(FLAGS))
        try:
            context = await browser.new_context(
                viewport=viewport,
                color_scheme=color_scheme,
                reduced_motion=reduced_motion,
                has_touch=touch,
                locale="en-US",
                timezone_id="UTC",
            )
            context.set_default_timeout(5000)
            page = await context.new_page()
            page.on("pageerror", lambda error: faults.append(f"the page's script threw: {error}"))
            page.on(
                "console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None
            )
            page.on("request", lambda request: faults.extend(_asked_elsewhere(request)))
            yield page
        finally:
            await browser.close()
    assert not faults, "\n".join(faults)


def _asked_elsewhere(request: Request) -> list[str]:
    parts = urlsplit(request.url)
    outside = parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE
    return [f"the page asked {parts.hostname} for something"] if outside else []
