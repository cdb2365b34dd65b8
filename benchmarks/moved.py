"""`python -m benchmarks.moved FILE`: `keepwell run` with a clock that is ahead by the seconds in FILE."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from app.logs import set_up_logs
from app.service import Service
from app.settings import load_settings
from benchmarks.soak.replica import Stepped


def move(file: Path, ahead: timedelta) -> None:
    """Put the clock ahead. The file is replaced as a whole: half of it would be another time."""
    new = file.with_suffix(".new")
    new.write_text(str(ahead.total_seconds()), encoding="utf-8")
    new.replace(file)


def main() -> None:
    """Run the service. On PostgreSQL, too, it goes by this clock, and not by the database's."""
    settings = load_settings()
    set_up_logs(settings.log_level)
    asyncio.run(Service(settings, clock=Stepped(Path(sys.argv[1]))).run())


if __name__ == "__main__":
    main()
