"""A PostgreSQL of the soak's own: it keeps what it confirmed, can be stopped hard, and its disk can be full."""

import asyncio
import contextlib
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import psycopg

from storage import migrate
from tests.postgres_keeper import runnable_programs, unprivileged

DISK_MIB: Final = 700
READY_WITHIN: Final = 60.0
# As an operator would run it: a confirmed transaction is on the disk.
SETTINGS: Final = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
    "min_wal_size": "64MB",
    "checkpoint_timeout": "60s",
    "io_method": "sync",
    "timezone": "America/Chicago",
}


class Server:
    """One server in one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._identity = unprivileged(folder)
        self._programs = runnable_programs(folder, self._identity)
        self.disk = folder / "disk"
        self.disk.mkdir()
        # Only root can mount; elsewhere the disk is never full.
        size = f"size={DISK_MIB}m"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", self.disk], check=False, stderr=subprocess.DEVNULL
        )
        self.has_own_disk = mounted.returncode == 0
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The id of the server's first process."""
        if self._process is None:
            raise RuntimeError("it was not started")
        return self._process.pid

    def address(self, port: int) -> str:
        """Return the database's address behind a port of this machine."""
        return f"postgresql://postgres@127.0.0.1:{port}/keepwell"

    def make(self) -> None:
        """Make an empty cluster with one database, migrated, and start the server."""
        data = self.disk / "data"
        if self._identity:
            os.chown(self.disk, *_ids("nobody"))
        self._run("initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--locale=C", "--no-sync")
        self.start()
        self._wait()
        with psycopg.connect(self.address(self.port).replace("/keepwell", "/postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE keepwell")
        migrate.upgrade(self.address(self.port))

    def start(self) -> None:
        """Start the server, and do not wait for it."""
        self.starts += 1
        parts = SETTINGS | {"port": str(self.port), "listen_addresses": "127.0.0.1"}
        settings = [part for name, value in parts.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.disk / "data", "-k", self.folder, *settings],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._identity,
            )

    async def restarts(self, *, hard: bool) -> None:
        """Stop the server (hard: as if it were killed) and start it again."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGQUIT if hard else signal.SIGINT)
            await asyncio.to_thread(self._process.wait)
        self.start()
        await asyncio.to_thread(self._wait)

    async def is_watched(self) -> None:
        """Start the server again whenever it ends by itself, as systemd would, until cancelled."""
        while True:
            await asyncio.sleep(1)
            if not self.running:
                self.start()

    @contextlib.contextmanager
    def full_disk(self) -> Any:
        """Leave no byte on the disk while the block runs."""
        balloon = self.disk / "balloon"
        with contextlib.suppress(OSError), balloon.open("wb") as file:
            while True:
                file.write(b"\0" * 2**20)
        with contextlib.suppress(OSError), balloon.open("ab") as file:
            while True:
                file.write(b"\0" * 4096)
                file.flush()
        try:
            yield
        finally:
            balloon.unlink()

    def stop(self) -> None:
        """Stop for good, and leave nothing behind."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        if self.has_own_disk:
            subprocess.run(["umount", "-l", self.disk], check=False)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(part) for part in (self._programs / program, *arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self._identity)

    def _wait(self) -> None:
        give_up = time.monotonic() + READY_WITHIN
        address = self.address(self.port).replace("/keepwell", "/postgres")
        while True:
            try:
                psycopg.connect(address, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return


def _ids(name: str) -> tuple[int, int]:
    found = pwd.getpwnam(name)
    return found.pw_uid, found.pw_gid
