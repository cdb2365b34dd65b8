"""The PostgreSQL of the tests."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.postgres import PROJECT, create_database, drop_database

pytestmark = pytest.mark.postgres

HOLDER = "from tests.postgres import postgres_url; print(postgres_url(), flush=True); input()"


def test_a_database_is_copied_with_what_is_in_it_and_dropped() -> None:
    first, second = f"t_{uuid4().hex}", f"t_{uuid4().hex}"
    with psycopg.connect(create_database(first)) as connection:
        connection.execute("CREATE TABLE words AS SELECT 'combustible' AS word")
    connection.close()
    with psycopg.connect(create_database(second, template=first)) as copy:
        assert copy.execute("SELECT word FROM words").fetchone() == ("combustible",)
        drop_database(first)
        drop_database(second)  # although somebody is connected
        drop_database(second)  # a second time is no error
        with pytest.raises(psycopg.OperationalError):
            copy.execute("SELECT 1")


def holder(run: str) -> tuple[subprocess.Popen[str], str]:
    environment = {name: value for name, value in os.environ.items() if name != "KEEPWELL_TEST_POSTGRES_URL"}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=PROJECT,
        env=environment | {"PYTEST_XDIST_TESTRUNUID": run},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_workers_share_a_server_that_goes_when_the_last_of_them_is_killed() -> None:
    run = uuid4().hex
    (first, address), (second, same) = holder(run), holder(run)
    assert address == same
    folder = Path(parse_qs(urlsplit(address).query)["host"][0])

    first.communicate("\n")
    psycopg.connect(address).close()  # still there for the second

    second.send_signal(signal.SIGKILL)
    second.communicate()
    give_up = time.monotonic() + 10
    while folder.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
