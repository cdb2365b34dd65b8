"""Processes of `keepwell` that begin where the imports end: most of what a start costs, and there are hundreds.

Each is a process of its own that the kernel knows by its number, can stop and can kill, in a folder and an environment
of its own. It is forked from one that has imported the program and done nothing else (`multiprocessing`'s fork server).
That the installed command starts is shown by tests/e2e/test_service.py, tests/docs and tests/app/test_main.py.
"""

import atexit
import gc
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Final

IMPORTED: Final = (
    "app.main",
    "app.commands.export",
    "app.commands.migrate",
    "app.commands.roster",
    "app.commands.run",
    "app.commands.send",
    "app.errors",
    "app.service",
    "aiosqlite",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "storage.migrate",
)


@cache
def _server() -> ForkServerContext:
    """Return what forks. It ends with this process, by whatever end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *IMPORTED])
    return context


@dataclass(frozen=True, slots=True)
class Child:
    """A process of `keepwell`. Used as a `subprocess.Popen` is."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        """Return the exit code, minus the signal when one ended it; None while it runs."""
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end, and return the exit code."""
        self.process.join()
        code = self.process.exitcode
        assert code is not None
        return code


def born(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], out: Path, err: Path) -> Child:
    """Run `keepwell` with these arguments; what it says is added to two files, which may be the same."""
    task = (tuple(arguments), str(folder), dict(environment), str(out), str(err))
    process = _server().Process(target=_lives, args=task, daemon=True)
    process.start()
    return Child(process)


def _lives(arguments: tuple[str, ...], folder: str, environment: dict[str, str], out: str, err: str) -> None:
    """Be a process of `keepwell` that was just started."""
    adding = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, out, adding), (2, err, adding)):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["keepwell", *arguments]
    warnings.resetwarnings()
    warnings.simplefilter("default")
    from app.main import main

    try:
        main()
    finally:
        # As an interpreter does at its end: whatever complains when it goes shall do so.
        atexit._run_exitfuncs()
        gc.collect()
