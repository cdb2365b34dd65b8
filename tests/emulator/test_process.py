import asyncio
import signal
import sys

import aiohttp
import pytest


async def test_the_emulator_runs_as_a_process_and_stops_cleanly(http: aiohttp.ClientSession) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "emulator", "--phone", "Sam", "--phone", "Ann", "--token", "7:abc"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        lines = [(await process.stdout.readline()).decode().split() for _ in range(3)]
        url = dict(lines)["api"]
        async with http.get(f"{url}/control/state") as response:
            assert [phone["name"] for phone in (await response.json())["phones"]] == ["Sam", "Ann"]
        async with http.get(f"{url}/bot7:abc/getMe") as response:
            assert (await response.json())["ok"]
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize("options", [("--token", "nonsense"), ("--host", "256.0.0.1")])
async def test_a_wrong_option_is_one_line_and_a_status(options: tuple[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "emulator", *options), stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.startswith(b"emulator: ")
    assert errors.count(b"\n") == 1
