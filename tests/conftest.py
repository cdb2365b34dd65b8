"""What all tests share: databases, a clock that tests move, and the parts of the service on both databases."""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
import structlog
from coverage import Coverage

from core.messages import Priority
from flows.deps import Deps
from program.load import load_program
from program.model import Program
from storage.database import Database
from storage.vault import Vault
from tests.databases import BACKENDS, copied_database, template_database
from tests.shelf import Shelf
from tests.shelf import shelf as shared_database

pytest_plugins = ["tests.profiles"]

TESTS = Path(__file__).parent
ONE_IN_FLOWS = 3
MEASURED_WHOLLY = {TESTS / name for name in ("core", "storage")}
SECRET = "a secret that only tests use"
# A Monday, 15:00 in Chicago.
START = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)


# The usual form draws a box with the values of all variables around each fault: that takes seconds.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[structlog.processors.add_log_level, _PLAIN])


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move on by a timedelta's arguments, and return the instant."""
        self.now += timedelta(**by)
        return self.now


def measure_no_children() -> None:
    """Let the processes that tests start not be measured: it doubles the time of their start, and there are hundreds.

    Coverage asks for it anew each time that it goes on measuring. Only the processes that run the tests need it.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS_")]:
            del os.environ[name]


measure_no_children()

# What is done while tests are collected is measured in the first process that runs tests: in each it is the same.
_measured_later = Coverage.current() if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0" else None
if _measured_later is not None:
    _measured_later.stop()


def pytest_collection_finish() -> None:
    """Begin to measure, in the other processes."""
    if _measured_later is not None:
        _measured_later.start()
        measure_no_children()


def is_measured(item: pytest.Item) -> bool:
    """Say whether coverage is measured with a test. Measuring doubles its time, and `make check` shall be quick.

    Rules and statements are measured with all variations of their tests, the others with the first one, which is that
    with SQLite: they run the same lines again. Of the flows' tests one in three is: it reaches nearly all that they do.
    Property tests and slow ones are not: they do a thousand times what a quick test beside them does once. End to end
    tests are not measured: what they test are processes of their own.
    """
    if item.get_closest_marker("hypothesis") or item.get_closest_marker("slow"):
        return False
    if not MEASURED_WHOLLY.isdisjoint(item.path.parents):
        return True
    callspec = getattr(item, "callspec", None)
    if TESTS / "flows" in item.path.parents and crc32(item.nodeid.encode()) % ONE_IN_FLOWS:
        return False
    first = callspec is None or not any(callspec.indices.values())
    return first and TESTS / "e2e" not in item.path.parents


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no coverage with a test that is not to be measured."""
    measuring = Coverage.current()
    if measuring is None or is_measured(item):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        measure_no_children()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the slow tests be the first of each process that runs tests, or all would wait for the last of them.

    Each process begins with as many tests in a row as the others, and takes from those who have some left at its end.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    rest = [item for item in items if not item.get_closest_marker("slow")]
    share, in_order = len(items) // processes, []
    for number in range(processes):
        first = slow[number::processes]
        count = max(share - len(first), 0) if number < processes - 1 else len(rest)
        in_order += first + rest[:count]
        rest = rest[count:]
    items[:] = in_order


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each test that needs a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def template(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with template_database(backend, tmp_path_factory.mktemp("template")) as made:
        yield made


@pytest.fixture
def database_address(backend: str, template: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of this test's own, as an operator would write it."""
    with copied_database(backend, template, tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def shelf(backend: str) -> Iterator[Shelf]:
    """The database that the tests of this process share."""
    with shared_database(backend) as made:
        yield made


@pytest.fixture(scope="session")
def doors(shelf: Shelf) -> Database:
    """The doors of that database: each statement is compiled once for all tests."""
    return Database(shelf.address, Vault([SECRET]))


@pytest.fixture
async def db(shelf: Shelf, doors: Database) -> AsyncIterator[Database]:
    """An empty, migrated database. A test that changes tables takes `database_address` instead."""
    shelf.put_back()
    yield doors
    await doors.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def program() -> Program:
    """The shipped program."""
    return load_program(None)


@pytest.fixture
def woken() -> list[Priority]:
    """Filled each time that the sender is woken."""
    return []


@pytest.fixture
def deps(db: Database, program: Program, clock: MovableClock, woken: list[Priority]) -> Deps:
    return Deps(db=db, program=program, clock=clock, wake=woken.append, instance="test")
