"""From the start of the process to the first getUpdates, and resident memory."""

import asyncio
import time
from typing import Final

from benchmarks.figures import Figure
from benchmarks.installation import installed
from benchmarks.people import Prepared

SETTLE_SECONDS: Final = 3.0
TITLE: Final = "Start and memory"
NOTE: Final = (
    "From the start of the process (Python and all imports included) to its first `getUpdates`, on a migrated database;"
    f" the modules are compiled already. Memory is read {SETTLE_SECONDS:g} s later, when the service is idle."
)


async def measure(people: Prepared, _seed: int) -> list[Figure]:
    """Return the figures of one repetition."""
    async with installed(people) as home:
        began = time.perf_counter()
        home.spawn()
        await home.polls()
        seconds, worked = time.perf_counter() - began, home.processor_seconds()
        await asyncio.sleep(SETTLE_SECONDS)
        memory = home.memory()
    return [
        Figure("process to first getUpdates", "s", (seconds,), 2, at_most=1.5),
        Figure("… processor time of it", "s", (worked,), 2),
        Figure("resident memory when idle", "MiB", (memory.now,), 1, at_most=110),
    ]
