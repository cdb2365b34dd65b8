"""Write the reference pages that follow from the code: settings, commands and life cycles.

`python -m scripts.reference` writes them anew; a test fails when they are not what the code says.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from html import escape
from pathlib import Path
from textwrap import TextWrapper
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import click

from app.main import cli
from app.settings import PREFIX, Settings
from core import alerts, checkins, notes, visits
from core.access import Act, may
from core.messages import RULES, Kind, OutgoingState, Priority, WhenUnsure
from core.people import Person, Role
from core.policy import Step
from program.durations import write_duration
from program.load import load_program
from scripts import observing

PROJECT: Final = Path(__file__).parent.parent
WRAP: Final = TextWrapper(120, break_long_words=False, break_on_hyphens=False)
REFERENCE: Final = PROJECT / "docs" / "reference"
GENERATED: Final = "<!-- Written by `make reference` from {source}. Do not edit by hand. -->"
MEMBER: Final = re.compile(r"^\s+([A-Z_]+) = [^#\n]+?(?:  # (.+))?$", re.MULTILINE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, with an empty one after it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def meanings(kind: type[Enum]) -> dict[str, str]:
    """Return what the comments beside the members of an enumeration say, by value."""
    said = {
        name: comment for name, comment in MEMBER.findall(inspect.getsource(kind)) if not comment.startswith("params")
    }
    return {str(member.value): said.get(member.name, "") for member in kind}


# --- Settings


def explained() -> dict[str, tuple[str, str]]:
    """Return what `.env.example` says of each setting: the explanation, and the default."""
    found: dict[str, tuple[str, str]] = {}
    for block in (PROJECT / ".env.example").read_text("utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        if not lines or "=" not in lines[-1] or lines[-1].startswith("#"):
            continue
        words = " ".join(line.removeprefix("#").strip() for line in lines[:-1])
        text, _, default = words.partition("Default: ")
        found[lines[-1].partition("=")[0]] = text.strip(), default.strip()
    return found


def settings_page() -> str:
    """Return the page of settings."""
    said = explained()
    lines = [
        "# Settings",
        "",
        GENERATED.format(source="`app/settings.py` and `.env.example`"),
        "",
        "Settings come from the environment or from `.env` in the working directory; the environment goes first. An",
        "empty value is as good as none. A faulty one is named when a command starts, in one line, with exit code 2.",
        "",
    ]
    for name in Settings.model_fields:
        key = f"{PREFIX}{name.upper()}"
        text, default = said[key]
        lines += [
            f"## `{key}`",
            "",
            *WRAP.wrap(escape(text, quote=False)),
            "",
            f"Default: {code(default) if default else 'none'}.",
            "",
        ]
    return "\n".join(lines)


def code(default: str) -> str:
    """Return a default as code when it is a value, and as words when it is a sentence."""
    return default if " " in default or default == "none" else f"`{default}`"


# --- Commands


def commands_page() -> str:
    """Return the page of commands, with what `--help` prints."""
    lines = [
        "# Commands",
        "",
        GENERATED.format(source="the commands themselves"),
        "",
        "After `make setup` the command is `.venv/bin/keepwell`. Each ends with 0 when it has done its work, 1 when it",
        "could not, 2 when it was called or set up wrongly, and says on standard error what to do about it.",
        "",
    ]
    for context in commands(click.Context(cli, info_name="keepwell", terminal_width=100, **cli.context_settings)):
        lines += [f"## `{context.command_path}`", "", "```text", *context.get_help().splitlines(), "```", ""]
    return "\n".join(lines)


def commands(context: click.Context) -> Iterator[click.Context]:
    """Yield a context of every command below a group."""
    if not isinstance(context.command, click.Group):
        yield context
        return
    for name in context.command.list_commands(context):
        command = context.command.get_command(context, name)
        if command is not None:
            yield from commands(click.Context(command, info_name=name, parent=context))


# --- Life cycles


def diagram(transitions: Mapping[tuple[Any, Any], Any], *firsts: Enum) -> Iterator[str]:
    """Yield a state diagram in Mermaid's language."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f"    [*] --> {first.value}" for first in firsts)
    for (state, event), after in transitions.items():
        yield f"    {state.value} --> {after.value}: {event.value}"
    ends = dict.fromkeys(after for after in transitions.values() if all(state is not after for state, _ in transitions))
    yield from (f"    {end.value} --> [*]" for end in ends)
    yield "```"
    yield ""


def values(kind: type[Enum], head: str) -> Iterator[str]:
    """Yield a table of the members of an enumeration with what their comments say."""
    yield from table((head, "meaning"), [(f"`{value}`", text) for value, text in meanings(kind).items()])


def messages() -> Iterator[str]:
    """Yield the table of messages."""
    said = meanings(Kind)
    rows = [
        (f"`{kind.value}`", RULES[kind].priority.name.lower(), RULES[kind].when_unsure.value, said[kind.value])
        for kind in Kind
    ]
    return table(("message", "priority", "when unsure", "note"), rows)


def chains() -> Iterator[str]:
    """Yield the chains of the shipped program."""
    rows = [
        (
            policy.level.code,
            ", ".join(step.value for step in policy.steps),
            write_duration(policy.acknowledge_within) + (" of working time" if policy.working_hours else ""),
            str(policy.repeat),
            write_duration(policy.acknowledgement_lapses_after),
        )
        for policy in sorted(load_program(None).policies.values(), key=lambda policy: policy.level)
    ]
    return table(("level", "steps", "each has", "rounds", "an acknowledgement lapses after"), rows)


def _person(number: int, role: Role, team: int | None) -> Person:
    return Person(
        id=UUID(int=number),
        name=f"Person {number}",
        role=role,
        team_id=UUID(int=team) if team else None,
        team="",
        supervisor_id=None,
        language="en",
        timezone="UTC",
    )


MENTOR: Final = replace(_person(1, Role.MENTOR, 1), supervisor_id=UUID(int=2))
ACTORS: Final[Mapping[str, Person]] = MappingProxyType(
    {
        "the mentor": MENTOR,
        "their own supervisor": _person(2, Role.SUPERVISOR, 2),
        "a supervisor of the team": _person(3, Role.SUPERVISOR, 1),
        "a supervisor of another team": _person(4, Role.SUPERVISOR, 2),
        "a lead": _person(5, Role.LEAD, None),
        "another mentor": _person(6, Role.MENTOR, 1),
    }
)


def access() -> Iterator[str]:
    """Yield who may do what, found by asking `may`."""
    rows = [
        (f"`{act.value}`", *("yes" if may(actor, act, MENTOR) else "–" for actor in ACTORS.values())) for act in Act
    ]
    return table(("may …", *ACTORS), rows)


def life_cycles_page() -> str:
    """Return the page of state machines, messages, chains and access."""
    lines = [
        "# Life cycles",
        "",
        GENERATED.format(source="the tables of `core`"),
        "",
        "What is not in these tables cannot happen: an event that fits no state is refused, and changes nothing.",
        "",
        "## An alert",
        "",
        *diagram(alerts.TRANSITIONS, alerts.AlertState.OPEN),
        *values(alerts.AlertState, "state"),
        *values(alerts.AlertEvent, "event"),
        "An alert that becomes more serious opens again, with the chain of the higher level. A lapse starts the chain",
        "anew.",
        "",
        "## Its chain, as shipped",
        "",
        *chains(),
        *values(Step, "step"),
        "A step that nobody can fill is skipped at once. After the last round the leads are told, the mentor is told",
        "the truth, and the chain starts again.",
        "",
        "## A check-in",
        "",
        *diagram(checkins.TRANSITIONS, checkins.CheckinState.OPEN),
        *values(checkins.CheckinState, "state"),
        "## A note",
        "",
        *diagram(notes.TRANSITIONS, notes.NoteState.KEPT, notes.NoteState.ASKED),
        *values(notes.NoteState, "state"),
        "A note in which a risk was read is `asked` about from the start, every other one is `kept`.",
        "",
        "## A home-visit timer",
        "",
        *diagram(visits.TRANSITIONS, visits.VisitState.CHOOSING),
        *values(visits.VisitState, "state"),
        *values(visits.VisitEvent, "event"),
        "## Messages",
        "",
        "The lower the priority stands in this list, the later it leaves: "
        + ", ".join(priority.name.lower() for priority in Priority)
        + ". A message that",
        "belongs to a crisis travels as `crisis`, whatever its kind.",
        "",
        *messages(),
        *values(WhenUnsure, "when unsure"),
        *values(OutgoingState, "state in the outbox"),
        "## Who may do what about a mentor",
        "",
        *access(),
    ]
    return "\n".join(lines)


def observing_page() -> str:
    """Return the page of metrics and log events."""
    return "\n".join(observing.page(table, GENERATED.format(source="`flows/meter.py` and the places that log")))


PAGES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "settings.md": settings_page,
        "commands.md": commands_page,
        "life-cycles.md": life_cycles_page,
        "metrics-and-logs.md": observing_page,
    }
)


def main() -> int:
    """Write all pages."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page().rstrip("\n") + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
