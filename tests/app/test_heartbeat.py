"""While all is well an address is pinged; when something hangs it is told what, and a dead service is silent."""

import asyncio

import pytest
from aiohttp import web

from app.heartbeat import failure_address, watch


class Monitor:
    """A cron monitor on this machine, which counts pings."""

    def __init__(self, status: int = 200) -> None:
        self.pings = 0
        self.failures: list[str] = []
        self.status = status

    async def __aenter__(self) -> "Monitor":
        app = web.Application()
        app.router.add_get("/ping", self._take)
        app.router.add_post("/ping/fail", self._fails)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/ping"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, _request: web.Request) -> web.Response:
        self.pings += 1
        return web.Response(status=self.status)

    async def _fails(self, request: web.Request) -> web.Response:
        self.failures.append(await request.text())
        return web.Response(status=self.status)


async def played(problems: list[str], address: str | None, rounds: int = 12) -> int:
    """Watch for some rounds and return how often problems were looked for."""
    looked, enough = 0, asyncio.Event()

    async def look() -> list[str]:
        nonlocal looked
        looked += 1
        if looked >= rounds:
            enough.set()
        return problems

    watching = asyncio.create_task(watch(look, address, every=0.01))
    await enough.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return looked


async def test_all_is_well_and_the_address_is_pinged() -> None:
    async with Monitor() as monitor:
        await played([], monitor.address)
        assert monitor.pings >= 5


async def test_something_hangs_and_the_address_is_told_what() -> None:
    async with Monitor() as monitor:
        await played(["no tick for a minute", "2 alerts are past their next step"], monitor.address)
        assert monitor.pings == 0
        assert set(monitor.failures) == {"no tick for a minute\n2 alerts are past their next step"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [(ValueError("a fault"), "look for watchdog_failed in the log"), (OSError("refused"), "database does not answer")],
    ids=["a fault", "a database that is away"],
)
async def test_a_watchdog_that_fails_itself_says_so(fault: Exception, said: str) -> None:
    async with Monitor() as monitor:
        failed = asyncio.Event()

        async def look() -> list[str]:
            if monitor.failures:
                failed.set()
            raise fault

        watching = asyncio.create_task(watch(look, monitor.address, every=0.01))
        await failed.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        assert said in monitor.failures[0]


def test_a_failure_goes_to_the_same_address_and_keeps_its_query() -> None:
    assert failure_address("https://example.org/uuid?rid=7") == "https://example.org/uuid/fail?rid=7"
    assert failure_address("https://example.org/uuid/") == "https://example.org/uuid/fail"


async def test_a_monitor_that_refuses_or_is_away_stops_nothing() -> None:
    async with Monitor(status=500) as monitor:
        assert await played([], monitor.address) >= 12
    assert await played([], "http://127.0.0.1:9/ping", rounds=3) >= 3


async def test_without_an_address_only_the_log_speaks() -> None:
    assert await played(["the database does not answer"], None) >= 12
