import asyncio
import sqlite3
import statistics
import threading
import time
from pathlib import Path

import pytest

from storage.inline import connect


async def test_a_call_waits_for_the_one_before_whose_caller_was_cancelled(tmp_path: Path) -> None:
    path = str(tmp_path / "some.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN IMMEDIATE")
    connection = await connect(path, 20)
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE").__aenter__())
    await asyncio.sleep(0.05)
    waiting.cancel()
    following = asyncio.create_task(connection.execute("INSERT INTO t VALUES (1)").__aenter__())
    done, _ = await asyncio.wait([following], timeout=0.1)
    assert waiting.cancelled()
    assert not done  # the thread still waits for the file, and the loop does not wait with it
    other.execute("COMMIT")
    await following
    await connection.commit()
    assert other.execute("SELECT x FROM t").fetchall() == [(1,)]
    await connection.close()
    other.close()


async def test_a_fault_that_nobody_waits_for_is_not_told_to_the_next_call(tmp_path: Path) -> None:
    path = str(tmp_path / "some.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connection = await connect(path, 0.2)
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE").__aenter__())
    await asyncio.sleep(0.02)
    waiting.cancel()
    row = await (await connection.execute("SELECT 1")).fetchone()
    assert row == (1,)
    await connection.close()
    other.close()


async def test_a_writer_finds_a_short_gap_between_the_transactions_of_another_process(tmp_path: Path) -> None:
    path = str(tmp_path / "some.db")
    stop = threading.Event()

    def writes_on_and_on() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        while not stop.is_set():
            other.execute("BEGIN IMMEDIATE")
            time.sleep(0.02)
            other.execute("COMMIT")
            time.sleep(0.004)
        other.close()

    writer = asyncio.create_task(asyncio.to_thread(writes_on_and_on))
    connection, waits = await connect(path, 15), list[float]()
    try:
        for _ in range(10):
            began = time.monotonic()
            await connection.execute("BEGIN IMMEDIATE")
            waits.append(time.monotonic() - began)
            await connection.commit()
            await asyncio.sleep(0.02)
    finally:
        stop.set()
        await connection.close()
        await writer
    assert statistics.median(waits) < 0.08


async def test_who_waits_too_long_for_another_process_is_told_so(tmp_path: Path) -> None:
    path = str(tmp_path / "some.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connection = await connect(path, 0.1)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await connection.execute("BEGIN IMMEDIATE")
    row = await (await connection.execute("PRAGMA busy_timeout")).fetchone()
    assert row == (100,)
    await connection.close()
    other.close()
