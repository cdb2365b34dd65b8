"""What the commands share that copy or change a whole database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import click

from app.errors import CommandFailed
from app.wiring import utc_now
from storage.backup import anybody_runs
from storage.copying import Advance

# A service says every ten seconds that it runs.
RUNNING_WITHIN: Final = timedelta(seconds=30)


@contextmanager
def progress(label: str, total: int = 0) -> Iterator[Advance]:
    """Show on a terminal how far it is; say nothing in a log."""
    if not sys.stderr.isatty() or not total:
        yield lambda _done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr, show_pos=True) as bar:
        yield bar.update


def nobody_runs(address: str) -> None:
    """Raise CommandFailed while a service runs on a database: what it stores meanwhile would be lost."""
    if anybody_runs(address, utc_now() - RUNNING_WITHIN):
        raise CommandFailed("a service runs on this database; stop it (one that was killed counts for half a minute)")
