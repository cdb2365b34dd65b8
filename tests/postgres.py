"""A real PostgreSQL for tests: the one of KEEPWELL_TEST_POSTGRES_URL, or else one that is started from a wheel.

All processes of a test run share one server, and a process of its own (`tests.postgres_keeper`) keeps it: each process
of the run holds a connection to the keeper, and when the last one is closed, by whatever end, the server is stopped.
"""

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

START_WITHIN = 60  # seconds; one or two are usual
PROJECT = Path(__file__).parent.parent


@cache
def postgres_url() -> str:
    """Return the server's address, `postgresql://…`. The first call starts it; RuntimeError says why it cannot."""
    return os.environ.get("KEEPWELL_TEST_POSTGRES_URL") or _kept_server()


def database_address(name: str) -> str:
    """Return the address of a database of the server."""
    server = urlsplit(postgres_url())
    return f"{server.scheme}://{server.netloc}/{name}" + (f"?{server.query}" if server.query else "")


def create_database(name: str, template: str | None = None) -> str:
    """Create a database and return its address. With `template` it is a copy of that one, which nobody may be using."""
    # Copying files takes a quarter of the work of writing each page to the log, which nobody will read.
    copy = sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY")
    copied = copy.format(sql.Identifier(template)) if template else sql.SQL("")
    _execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
    return database_address(name)


def drop_database(name: str) -> None:
    """Drop a database, if it exists, and whatever connections it has."""
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(statement)


def _kept_server() -> str:
    """Join the keeper of this run, or start it, and return the address of its server."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")  # shared by the workers; None: there is nobody to share with
    base = _base()
    with (base / f"keepwell-pg-{run or os.getpid()}.door").open("a+") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        door.seek(0)
        address = _join(Path(door.read() or os.devnull))
        if address is None:
            folder = Path(tempfile.mkdtemp(prefix="keepwell-pg-", dir=base))
            _start_keeper(folder, Path(door.name))
            address = _join(folder)
            door.truncate(0)
            door.write(str(folder))
    if address is None:
        raise RuntimeError("the test PostgreSQL stopped as soon as it had started")
    return address


def _base() -> Path:
    """Return the folder for temporary files; a socket's path must stay under about 100 characters."""
    usual = tempfile.gettempdir()
    return Path(usual if len(usual) < 60 else "/tmp")


def _join(folder: Path) -> str | None:
    """Connect to the keeper and stay so until this process ends. None when there is no keeper, or it is stopping."""
    link = socket.socket(socket.AF_UNIX)
    try:
        link.connect(str(folder / "keeper"))
        address = link.recv(4096).decode()
    except OSError:
        address = ""
    if not address:
        link.close()
        return None
    atexit.register(_leave, link)
    return address


def _leave(link: socket.socket) -> None:
    """Say goodbye, and wait: the keeper closes at once while others stay, and after the server's stop otherwise."""
    link.settimeout(START_WITHIN)
    link.shutdown(socket.SHUT_WR)
    link.recv(1)
    link.close()


def _start_keeper(folder: Path, door: Path) -> None:
    """Return when the keeper takes connections, or raise RuntimeError with the end of its log."""
    log = folder / "log"
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres_keeper", str(folder), str(door)],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,  # an interrupt from the keyboard is for the tests
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        ready = keeper.stdout.readline()
    if not ready:
        keeper.wait(START_WITHIN)
        reason = " / ".join(log.read_text().splitlines()[-5:])
        shutil.rmtree(folder)
        door.unlink()
        raise RuntimeError(f"the test PostgreSQL did not start: {reason}")
    # It outlives this process when others still need it: nothing is to be reaped here.
    keeper.returncode = 0
