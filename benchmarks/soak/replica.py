"""`python -m benchmarks.soak.replica FILE`: `keepwell run` with a clock that is wrong by the seconds in FILE."""

import asyncio
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.logs import set_up_logs
from app.service import Service
from app.settings import load_settings
from app.wiring import utc_now

LOOK_EVERY: Final = 0.2


class Stepped:
    """The machine's clock, after somebody has set it wrong."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._looked = 0.0
        self._wrong_by = timedelta(0)

    def __call__(self) -> datetime:
        """Return what this machine takes for now."""
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._looked = time.monotonic()
            self._wrong_by = timedelta(seconds=float(self._file.read_text() or 0))
        return utc_now() + self._wrong_by


def main() -> None:
    """Run the service."""
    settings = load_settings()
    set_up_logs(settings.log_level)
    asyncio.run(Service(settings, machine_clock=Stepped(Path(sys.argv[1]))).run())


if __name__ == "__main__":
    main()
