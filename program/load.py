"""Reading a program file: the shipped one completed by the operator's, judged as a whole."""

import tomllib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from core.levels import Level
from core.parameters import ScoringParameters
from core.timetable import QuietHours
from program import build
from program.complete import Found, complete
from program.faults import Fault, ProgramInvalid
from program.judge import judge
from program.lines import TooComplex, find_lines, line_of
from program.model import Notes, Program, Retention, Visits
from program.render import render_program
from program.scale_keys import load_scales
from program.schema import ProgramTable
from program.scoring import read_scoring
from program.shipped import shipped_text
from program.warn import warnings_of

LARGEST: Final = 1_000_000  # bytes
SHIPPED: Final = "program/default.toml"

__all__ = ["ProgramInvalid", "load_program", "parse_program"]


def load_program(path: Path | None) -> Program:
    """Return the program of the file, or the shipped one for None; raises ProgramInvalid."""
    if path is None:
        return parse_program(shipped_text("default"), SHIPPED)
    source = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _whole(source, f"the file is larger than {LARGEST} bytes")
        return parse_program(data.decode("utf-8-sig"), source, path.parent)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProgramInvalid(source, [Fault(line, (), "not UTF-8 text")]) from None
    except OSError as error:
        raise _whole(source, f"cannot be read: {error.strerror or error}") from None


def parse_program(text: str, source: str, folder: Path = Path()) -> Program:
    """Return the program that the TOML text stands for. `source` names it in the faults of ProgramInvalid.

    `folder`: where the paths of calendars start.
    """
    if len(text) > LARGEST:
        raise _whole(source, f"the file is larger than {LARGEST} bytes")
    try:
        lines = find_lines(text)
    except TooComplex as error:
        raise ProgramInvalid(source, [Fault(error.line, (), str(error))]) from None
    whole, found = complete(_read(text, source))
    table, faults = judge(whole)
    found += faults
    program = None
    if table is not None:
        program = _program(table, found, folder)
    elif isinstance(whole["scoring"], dict):
        read_scoring(ScoringParameters(), whole["scoring"], found)
    if program is None or found:
        raise ProgramInvalid(source, [Fault(line_of(lines, place), place, reason) for place, reason in found])
    warnings = [Fault(line_of(lines, place), place, reason).as_text(source) for place, reason in warnings_of(program)]
    return replace(program, version=_version(program), warnings=tuple(warnings))


def _whole(source: str, reason: str) -> ProgramInvalid:
    return ProgramInvalid(source, [Fault(0, (), reason)])


def _read(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, position = str(error).rpartition(" (at ")
        line = position.removeprefix("line ").partition(",")[0]
        number = int(line) if line.isdigit() else text.count("\n") + 1
        raise ProgramInvalid(source, [Fault(number, (), f"not valid TOML: {reason or position}")]) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or nesting that the scan for lines did not get to see.
        raise _whole(source, "not a program: it has numbers or lists beyond all measure") from None


def _program(table: ProgramTable, found: Found, folder: Path) -> Program:
    kinds = build.boundary_kinds(table)
    checkins = tuple(build.questionnaire(checkin, table.languages, kinds) for checkin in table.checkins)
    policies = {policy.level: policy for policy in map(build.policy, table.policies)}
    return Program(
        version="",
        name=table.name,
        languages=tuple(table.languages),
        default_timezone=table.default_timezone,
        country=table.country,
        invites_valid_for=table.invites_valid_for,
        consent_version=table.consent_version,
        later_after=table.later_after,
        pulse_times=tuple(sorted(table.pulse_times)),
        quiet_hours=QuietHours(table.quiet_hours.start, table.quiet_hours.until),
        notes=Notes(table.notes.enabled, table.notes.confirm_within),
        visits=Visits(
            table.visits.enabled, table.visits.repeat_every, table.visits.repeats, Level.from_code(table.visits.level)
        ),
        retention=Retention(
            table.retention.answers,
            table.retention.scores,
            table.retention.notes,
            table.retention.backups,
            table.retention.left,
        ),
        resources=build.localized(table.resources, table.languages),
        crisis_lines=build.crisis_lines(table),
        boundary_kinds=kinds,
        all_checkins=checkins,
        enabled=frozenset(checkin.id for checkin in table.checkins if checkin.enabled),
        policies={level: policies[level] for level in sorted(policies)},
        fatigue=build.fatigue(table.alerts),
        contentless=table.alerts.contentless,
        scoring=read_scoring(build.scoring_defaults(checkins, kinds), table.scoring, found),
        scales=load_scales(),
        rota=build.rota(table),
        evening=table.evening,
        one_message=table.one_message,
        own_days=(table.own_days.least, table.own_days.most),
        days_off=build.days_off(table, folder),
        calendars=build.calendars(table, folder),
    )


def _version(program: Program) -> str:
    return sha256(render_program(program).encode()).hexdigest()[:12]
