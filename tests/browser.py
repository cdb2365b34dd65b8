"""A real Chromium for tests that look at a page."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, ViewportSize, async_playwright

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

_shared: dict[asyncio.AbstractEventLoop, Browser] = {}
# For the `pytestmark` of a module whose tests share one browser.
IN_ONE_BROWSER = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.usefixtures("one_browser"),
]


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
    """Yield an empty page of a headless Chromium, in English and UTC. Nothing is kept from page to page.

    At the end the test fails if a script of the page threw, if the page broke its
    own security policy, or if anything was asked of another machine.
    """
    faults: list[str] = []
    async with _some_browser() as browser:
        context = await browser.new_context(
            viewport=viewport,
            color_scheme=color_scheme,
            reduced_motion=reduced_motion,
            has_touch=touch,
            locale="en-US",
            timezone_id="UTC",
        )
        try:
            context.set_default_timeout(5000)
            page = await context.new_page()
            page.on("pageerror", lambda error: faults.append(f"the page's script threw: {error}"))
            page.on(
                "console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None
            )
            page.on("request", lambda request: faults.extend(_asked_elsewhere(request)))
            yield page
        finally:
            await context.close()
    assert not faults, "\n".join(faults)


@asynccontextmanager
async def new_browser() -> AsyncIterator[Browser]:
    """Start a browser, and end it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_or_skip(), args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_browser() -> AsyncIterator[None]:
    """One browser for all tests that run in the session's loop: to start it takes longer than most of them."""
    async with new_browser() as browser:
        _shared[asyncio.get_running_loop()] = browser
        yield
        _shared.clear()


@asynccontextmanager
async def _some_browser() -> AsyncIterator[Browser]:
    shared = _shared.get(asyncio.get_running_loop())
    if shared is not None:
        yield shared
        return
    async with new_browser() as browser:
        yield browser


def _asked_elsewhere(request: Request) -> list[str]:
    parts = urlsplit(request.url)
    outside = parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE
    return [f"the page asked {parts.hostname} for something"] if outside else []
