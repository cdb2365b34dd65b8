"""What a simulated year came to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.year.story import TO_STAFF, Year
from core.levels import Level
from core.people import Role
from storage.tables_alerts import AlertRow
from storage.tables_service import AuditRow

SERIOUS = (Level.URGENT, Level.CRISIS)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The figures of one run. `waits` hold how long an alert was nobody's, by level, the longest last."""

    mentors: int
    supervisors: int
    weeks: int
    asked: int
    answered: int
    alerts: Counter[Level]
    messages: Counter[str]  # new ones, to supervisors
    to_leads: int
    audit: Counter[str]
    waits: dict[Level, list[timedelta]]
    done: Counter[str]
    hours: int
    without_step: int
    left_open: int

    @property
    def supervisor_weeks(self) -> int:
        """The supervisors' weeks."""
        return self.supervisors * self.weeks

    @property
    def longest(self) -> timedelta:
        """The longest time that an urgent or crisis alert was nobody's."""
        return max((wait for level in SERIOUS for wait in self.waits[level]), default=timedelta())


async def figures_of(year: Year) -> YearFigures:
    """Gather what has happened."""
    async with year.deps.db.reading() as session:
        opened = await session.execute(select(AlertRow.level, func.count()).group_by(AlertRow.level))
        levels = Counter({Level(level): number for level, number in opened})
        lines = await session.execute(select(AuditRow.action, func.count()).group_by(AuditRow.action))
        audit = Counter({row[0]: row[1] for row in lines})
    waits: dict[Level, list[timedelta]] = {level: [] for level in Level}
    for level, wait in [*year.work.waits, *year.work.still_waiting()]:
        waits[Level(level)].append(wait)
    return YearFigures(
        mentors=len(year.minds),
        supervisors=sum(one.role is Role.SUPERVISOR for one in year.people.values()),
        weeks=year.weeks,
        asked=sum(number for what, number in year.done.items() if what.startswith("asked ")),
        answered=sum(number for what, number in year.done.items() if what.startswith("answered ")),
        alerts=levels,
        messages=Counter({kind.value: year.told[Role.SUPERVISOR, kind] for kind in TO_STAFF}),
        to_leads=sum(year.told[Role.LEAD, kind] for kind in TO_STAFF),
        audit=audit,
        waits={level: sorted(found) for level, found in waits.items()},
        done=year.done,
        hours=year.work.hours,
        without_step=year.work.without_step,
        left_open=len(year.work.still_waiting()),
    )


def report(figures: YearFigures) -> str:
    """Return the figures as a table in Markdown."""
    weeks, years = figures.supervisor_weeks, figures.mentors * figures.weeks / 52
    told = sum(figures.messages.values())
    rows = [
        ("mentors, supervisors, weeks", f"{figures.mentors}, {figures.supervisors}, {figures.weeks}"),
        ("check-ins asked, answered", f"{figures.asked:,}, {figures.answered / max(figures.asked, 1):.0%}"),
        *_alerts(figures, years, weeks),
        ("**alerts a supervisor-week**", f"**{sum(figures.alerts.values()) / weeks:.2f}**"),
        ("alert messages a supervisor-week", f"{figures.messages['alert'] / weeks:.2f}"),
        ("all new messages to supervisors, a supervisor-week", f"{told / weeks:.2f}"),
        ("messages about alerts and people to the two leads, a week", f"{figures.to_leads / figures.weeks:.1f}"),
        ("acknowledged; and then forgotten", _pair(figures, "acknowledged", "acknowledged and forgotten")),
        ("never looked at; “not mine”; weeks away", _pair(figures, "not looked at", "not mine", "weeks away")),
        ("reached; resolved", _pair(figures, "reached", "resolved")),
        ("chains that ended unanswered and began anew", f"{figures.audit['alert_chain_ended']:,}"),
        ("opened again: “it did not help”, or no answer", f"{figures.audit['alert_reopened']:,}"),
        *_waits(figures),
        ("**longest that an urgent or crisis alert was nobody's**", f"**{_time(figures.longest)}**"),
        ("nobody's at the end of the year, all levels", f"{figures.left_open}"),
        ("hours looked at", f"{figures.hours:,}"),
        ("**alerts found without a next step in time**", f"**{figures.without_step}**"),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _alerts(figures: YearFigures, years: float, weeks: int) -> Iterable[tuple[str, str]]:
    for level in (Level.CONCERN, *SERIOUS):
        number = figures.alerts[level]
        yield (
            f"{level.code}: alerts, a mentor-year, a supervisor-week",
            (f"{number:,}, {number / years:.2f}, {number / weeks:.2f}"),
        )


def _waits(figures: YearFigures) -> Iterable[tuple[str, str]]:
    for level in (Level.CONCERN, *SERIOUS):
        found = figures.waits[level]
        if found:
            shares = [_time(_at(found, share)) for share in (0.5, 0.95, 1.0)]
            yield f"{level.code}: nobody's for, median, 95 %, longest", ", ".join(shares)


def _at(found: Sequence[timedelta], share: float) -> timedelta:
    return found[min(int(share * len(found)), len(found) - 1)]


def _pair(figures: YearFigures, *names: str) -> str:
    return "; ".join(f"{figures.done[name]:,}" for name in names)


def _time(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
