"""The replicas: real processes, killed, paused and started again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.installation import PROJECT
from benchmarks.people import SECRET
from benchmarks.soak.wires import Wire

STOP_WITHIN: Final = 40.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(slots=True)
class Replica:
    """One process of Keepwell, its wire to the database, and its clock."""

    name: str
    folder: Path
    wire: Wire
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    starts: int = 0
    ended_by_itself: int = 0
    wanted: bool = False  # it is to run: whatever ends is started again
    _process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where it logs."""
        return self.folder / f"{self.name}.log"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The id of the process."""
        if self._process is None:
            raise RuntimeError("it was not started")
        return self._process.pid

    def start(self) -> None:
        """Start the service, and do not wait for it."""
        self.starts += 1
        self.wanted = True
        clock = self.folder / f"{self.name}.clock"
        if not clock.exists():
            self.step_clock(0)
        foreign = ("KEEPWELL_", "COVERAGE_PROCESS_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        ours = {
            "KEEPWELL_LISTEN": f"127.0.0.1:{self.port}",
            "KEEPWELL_SECRET_KEY": SECRET,
            "PYTHONPATH": str(PROJECT),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soak.replica", str(clock)],
                cwd=self.folder,
                env=kept | self.settings | ours,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def step_clock(self, seconds: float) -> None:
        """Set its clock wrong by so many seconds; 0 sets it right."""
        path = self.folder / f"{self.name}.clock"
        draft = path.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.rename(path)

    def kill(self) -> None:
        """SIGKILL: it gets no word in."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGCONT)
            self.wanted = False
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """SIGSTOP."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGCONT)

    async def stops(self) -> int:
        """SIGTERM, as systemd does; return the exit code, or -9 when it had to be killed."""
        if self._process is None:
            return 0
        self.wanted = False
        self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self._process.wait, STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    async def is_watched(self) -> None:
        """Start it again whenever it has ended by itself, as systemd would, until cancelled."""
        while True:
            await asyncio.sleep(1)
            if self.wanted and not self.running:
                self.ended_by_itself += 1
                self.start()
