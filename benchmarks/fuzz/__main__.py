"""`python -m benchmarks.fuzz`: send hostile updates to the real handlers, and say what broke. Exit code 1 if any."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from benchmarks.figures import circumstances, percentile
from benchmarks.fuzz.run import Result, rounds
from benchmarks.fuzz.town import lines
from benchmarks.people import prepared
from bot.handlers.commands import COMMANDS
from bot.handlers.presses import ACTIONS

ROUND: Final = 10_000
HANDLERS: Final = (
    "on_press",
    "/start",
    *(f"/{name}" for name in COMMANDS),
    "any other command",
    "on_text",
    "on_file",
    "on_edit",
    "on_membership",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--updates", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="stop after so many seconds, however few updates there were")
    parser.add_argument("--each", type=int, default=ROUND, help="updates of one round, each in a fresh town")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with prepared(options.database, lines()) as people:
        result = asyncio.run(
            rounds(
                people,
                updates=options.updates,
                seed=options.seed,
                each=options.each,
                seconds=options.seconds,
                say=say,
            )
        )
    command = " ".join(["python -m benchmarks.fuzz", *(arguments if arguments is not None else sys.argv[1:])])
    print(f"# Hostile updates on {options.database}\n\n{circumstances(command)}\n{report(result)}")
    return 1 if result.findings else 0


def report(result: Result) -> str:
    """Return what came of it, in Markdown."""
    memory = f"{result.resident[0]:.0f} → {result.resident[-1]:.0f} MiB, {max(result.resident):.0f} at most"
    times = [percentile(result.seconds, share) * 1000 for share in (0.5, 0.99, 1.0)] if result.seconds else [0.0] * 3
    missed = [name for name in HANDLERS if not result.handlers[name]]
    unpressed = [name for name in ACTIONS if not result.pressed[name] and not result.forged[name]]
    rows = [
        ("updates", f"{result.updates:,} in {result.took:.0f} s"),
        *((f"… {kind}", f"{count:,}") for kind, count in result.kinds.most_common()),
        ("answers of honest mentors, each stored once as tapped", f"{result.answers:,}"),
        ("honest mentors who called for help, each heard", f"{result.cries:,}"),
        ("calls of the bot, each checked against the Bot API", f"{sum(result.calls.values()):,}"),
        ("updates kept aside as unreadable", f"{result.buried:,}"),
        ("processor time to take an update: p50, p99, most", "{:.1f}, {:.1f}, {:.0f} ms".format(*times)),
        ("resident memory after the first and the last round", memory),
        *((f"webhook, {what}", f"{count:,}") for what, count in sorted(result.door.items())),
        ("handlers not reached", ", ".join(missed) or "none"),
        ("actions of buttons never pressed", ", ".join(unpressed) or "none"),
        ("findings", str(len(result.findings))),
    ]
    table = "\n".join(f"| {what} | {value} |" for what, value in rows)
    handlers = "\n".join(f"| `{name}` | {result.handlers[name]:,} |" for name in HANDLERS)
    actions = "\n".join(f"| `{name}` | {result.pressed[name]:,} | {result.forged[name]:,} |" for name in ACTIONS)
    findings = "".join(f"\n- {finding}" for finding in result.findings)
    return (
        f"| | |\n|---|---|\n{table}\n\n| handler | calls |\n|---|---|\n{handlers}\n\n"
        f"| action of a button | on one's own phone | signed, about any row |\n|---|---|---|\n{actions}\n{findings}"
    )


if __name__ == "__main__":
    sys.exit(main())
