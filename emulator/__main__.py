"""The emulator as a process of its own: `python -m emulator --port 8081 --phone Sam --phone Ann`."""

import argparse
import asyncio
import signal
import sys

from emulator.server import Emulator


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A Telegram on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one (%(default)s)")
    parser.add_argument("--token", help="the bot's token, such as 7100000000:AbC (made up when not given)")
    parser.add_argument("--username", default="keepwell_bot", help="the bot's user name (%(default)s)")
    parser.add_argument("--phone", action="append", default=[], metavar="NAME", help="a phone; may be repeated")
    parser.add_argument("--flood-limits", action="store_true", help="refuse what exceeds Telegram's limits")
    return parser.parse_args(given)


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT. ValueError for a bad token, OSError for an address that cannot be used."""
    emulator = Emulator(token=options.token, username=options.username, flood_limits=options.flood_limits)
    for name in options.phone:
        emulator.phone(name)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await emulator.start(options.host, options.port)
    print(f"page   {emulator.url}/\napi    {emulator.url}\ntoken  {emulator.token}", flush=True)  # noqa: T201
    await stop.wait()
    await emulator.stop()


def main() -> int:
    """Run, and return the exit code."""
    try:
        asyncio.run(serve(arguments()))
    except (ValueError, OSError) as error:
        print(f"emulator: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
