"""From the judged tables of a file to the frozen types that the rest of the program works with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from core.fatigue import Fatigue
from core.levels import Level
from core.parameters import BoundaryParameters, ScaleParameters, ScoringParameters
from core.policy import Policy, read_step
from core.questionnaire import Cadence, Item, ItemKind, Localized, Option, Questionnaire, Urgency
from core.rota import Entry, Weeks
from core.working_hours import WorkingHours
from program.calendar import Calendar
from program.days_off import DaysOffSource
from program.fields import DAYS, SAME_EVERYWHERE
from program.model import BoundaryKind, CrisisLine
from program.schema import ProgramTable
from program.schema_alerts import AlertsTable, PolicyTable, WorkingHoursTable
from program.schema_checkins import CheckinTable, ItemTable
from program.shipped import response_scale

DEFAULT_RANGE: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"scale": (0, 4), "count": (0, 200)})
# The check-ins whose scored items make a score.
SCORES: Final = frozenset({"pulse", "weekly"})


def localized(texts: Mapping[Any, str], languages: Sequence[str]) -> Localized:
    """Return the texts of these languages; a text without a language is the same in each of them."""
    same = texts.get(SAME_EVERYWHERE)
    return MappingProxyType({code: texts.get(code, same or "") for code in languages})


def boundary_kinds(table: ProgramTable) -> Mapping[str, BoundaryKind]:
    """Return the kinds of boundary challenges by id, in the order of the file."""
    return MappingProxyType(
        {
            kind_id: BoundaryKind(kind_id, localized(kind.label, table.languages), Urgency(kind.urgency), kind.enabled)
            for kind_id, kind in table.boundary_kinds.items()
        }
    )


def crisis_lines(table: ProgramTable) -> Mapping[str, CrisisLine]:
    """Return the help of each country."""
    return MappingProxyType(
        {
            country: CrisisLine(country, line.number, line.emergency_number, localized(line.text, table.languages))
            for country, line in table.crisis_lines.items()
        }
    )


def policy(table: PolicyTable) -> Policy:
    """Return the chain of one level."""
    return Policy(
        level=Level.from_code(table.level),
        steps=tuple(read_step(step) for step in table.steps),
        acknowledge_within=table.acknowledge_within,
        repeat=table.repeat,
        acknowledgement_lapses_after=table.acknowledgement_lapses_after,
        follow_up_after=table.follow_up_after,
        working_hours=_working_hours(table.working_hours),
    )


def _working_hours(table: WorkingHoursTable | None) -> WorkingHours | None:
    if table is None:
        return None
    days = tuple(sorted({DAYS.index(day) for day in table.days}))
    return WorkingHours(days=days, start=table.start, end=table.until, zone=table.timezone)


def fatigue(table: AlertsTable) -> Fatigue:
    """Return what spares the people who are told."""
    return Fatigue(
        bundle_within=table.bundle_within,
        same_reason_after=table.same_reason_after,
        concerns_a_day=table.concerns_a_day,
    )


def rota(table: ProgramTable) -> tuple[Entry, ...]:
    """Return the shifts that come back each week."""
    return tuple(
        Entry(
            person=entry.person,
            days=tuple(sorted(DAYS.index(day) for day in entry.days)),
            start=entry.start,
            end=entry.until,
            zone=entry.timezone or table.default_timezone,
            team=entry.team,
            weeks=Weeks(entry.weeks),
            backup=entry.backup,
        )
        for entry in table.rota
    )


def calendars(table: ProgramTable, folder: Path) -> tuple[Calendar, ...]:
    """Return the calendars; their paths start at the folder of the program file."""
    files = [(None, table.oncall.calendar), *table.oncall.teams.items()]
    return tuple(Calendar(folder / file, file, table.default_timezone, team) for team, file in files if file)


def days_off(table: ProgramTable, folder: Path) -> tuple[DaysOffSource, ...]:
    """Return where the days off come from."""
    zone = table.default_timezone
    return tuple(
        DaysOffSource(
            team=entry.team,
            country=entry.country,
            region=entry.region,
            dates=tuple(entry.dates),
            calendar=Calendar(folder / entry.calendar, entry.calendar, zone, entry.team) if entry.calendar else None,
            zone=zone,
        )
        for entry in table.days_off
    )


def questionnaire(table: CheckinTable, languages: Sequence[str], kinds: Mapping[str, BoundaryKind]) -> Questionnaire:
    """Return the check-in of the table."""
    schedule = table.schedule
    days = tuple(sorted(DAYS.index(day) for day in schedule.days)) if schedule else ()
    return Questionnaire(
        id=table.id,
        title=localized(table.title, languages),
        cadence=Cadence(days, schedule.at, schedule.every_weeks) if schedule and days else None,
        remind_after=table.remind_after,
        expires_after=table.expires_after,
        items=tuple(item(one, languages, kinds) for one in table.items),
        draw=table.draw,
        affects_level=table.affects_level,
        scale=table.scale,
        roles=tuple(table.roles),
    )


def item(table: ItemTable, languages: Sequence[str], kinds: Mapping[str, BoundaryKind]) -> Item:
    """Return the item of the table, with the options that it has without naming them."""
    lowest, highest = table.range or DEFAULT_RANGE.get(table.kind, (0, 0))
    return Item(
        id=table.id,
        kind=ItemKind(table.kind),
        text=localized(table.text, languages),
        options=options(table, languages, kinds),
        scored=table.scored,
        reversed=table.reversed,
        minimum=Decimal(str(lowest)),
        maximum=Decimal(str(highest)),
        only_if=MappingProxyType({key: tuple(values) for key, values in table.only_if.items()}),
        always=table.always,
    )


def options(table: ItemTable, languages: Sequence[str], kinds: Mapping[str, BoundaryKind]) -> tuple[Option, ...]:
    """Return the item's own options, the boundary kinds, or the words of the response scale."""
    if table.options_from:
        return tuple(Option(kind.id, kind.label, urgency=kind.urgency) for kind in kinds.values() if kind.enabled)
    if table.options is None:
        if table.kind != "scale" or tuple(table.range or (0, 4)) != (0, 4):
            return ()
        return tuple(Option(row["value"], localized(row["label"], languages)) for row in response_scale())
    return tuple(
        Option(
            option.value,
            localized(option.label or {SAME_EVERYWHERE: option.value}, languages),
            option.points,
            localized(option.reason, languages) if option.reason else None,
        )
        for option in table.options
    )


def scoring_defaults(checkins: Sequence[Questionnaire], kinds: Mapping[str, BoundaryKind]) -> ScoringParameters:
    """Return the shipped numbers of the scoring, for the items and the boundary kinds of this program."""
    shipped = ScoringParameters()
    urgencies = {
        urgency.value: tuple(kind.id for kind in kinds.values() if kind.urgency is urgency) for urgency in Urgency
    }
    named = {checkin.id: checkin for checkin in checkins}
    return replace(
        shipped,
        pulse=_scale(named.get("pulse"), shipped.pulse),
        weekly_scale=_scale(named.get("weekly"), shipped.weekly_scale),
        boundaries=BoundaryParameters(**urgencies),
    )


def _scale(checkin: Questionnaire | None, default: ScaleParameters) -> ScaleParameters:
    scored = [one for one in checkin.items if one.scored and one.kind is ItemKind.SCALE] if checkin else []
    if not scored:
        return default  # nobody answers those items here, so there is never a score
    return ScaleParameters(
        items=tuple(one.id for one in scored),
        reversed=tuple(one.id for one in scored if one.reversed),
        at_least=min(default.at_least, len(scored)),
    )
