"""What the hours of a morning come to: the figures of each time zone, and the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.figures import percentile

LIMIT: Final = 30.0  # new messages a second
ENOUGH: Final = 0.97  # of the limit
NOTE: Final = (
    "Asked: from nine o'clock to the arrival of the `sendMessage` with the first question. Tap to edit: from a tap's"
    " arrival in Telegram's queue to the arrival of its `editMessageText`, of all taps until the zone's last question."
)


@dataclass(frozen=True, slots=True)
class Hour:
    """One time zone's nine o'clock. Seconds, where nothing else is said."""

    zone: str
    mentors: int
    asked: Sequence[float]  # from nine o'clock to each first question
    doubled: int  # mentors of the zone who were asked more than once
    forgotten: int  # mentors of the zone who were not asked
    sent: int  # new messages of all kinds until the zone's last question
    others: int  # of these, to other zones: reminders
    busiest: int  # largest number of new messages in any second
    refused: int  # answers 429
    answered: int  # mentors
    taps: int  # until the zone's last question
    replies: Sequence[float]  # from each of these taps to its edit
    lags: dict[str, float]  # largest lag seen, by tick

    @property
    def sending(self) -> float:
        """From the first question to the last, the time that one message more would take included."""
        return max(self.asked) - min(self.asked) + 1 / LIMIT


@dataclass(slots=True)
class Morning:
    """All hours, and what the service used."""

    hours: list[Hour] = field(default_factory=list)
    highest: float = 0.0  # MiB
    worked: float = 0.0  # seconds of processor time
    answers: int = 0  # each found once in the export

    @property
    def missed(self) -> bool:
        """Whether somebody was asked twice or never, or more was sent than Telegram takes, or less than we could."""
        return any(
            hour.doubled or hour.forgotten or hour.refused or hour.busiest > LIMIT or _rate([hour]) < ENOUGH * LIMIT
            for hour in self.hours
        )


def _rate(hours: Sequence[Hour]) -> float:
    return sum(hour.sent for hour in hours) / sum(hour.sending for hour in hours)


def _ms(hours: Sequence[Hour], share: float) -> str:
    replies = [seconds for hour in hours for seconds in hour.replies]
    return f"{percentile(replies, share) * 1000:,.0f} ms" if replies else "no tap"


def _lag(hours: Sequence[Hour], tick: str) -> str:
    return f"{max(hour.lags.get(tick, 0.0) for hour in hours):.1f} s"


Row = tuple[str, str, Callable[[Sequence[Hour]], str]]
ROWS: Final[Sequence[Row]] = (
    ("mentors", "", lambda hours: f"{sum(hour.mentors for hour in hours):,}"),
    (
        "until everybody is asked (in all: the sum)",
        "",
        lambda hours: f"{sum(max(hour.asked) for hour in hours) / 60:.2f} min",
    ),
    ("due to asked, p50", "", lambda hours: f"{percentile([s for h in hours for s in h.asked], 0.5):,.1f} s"),
    ("… p99", "", lambda hours: f"{percentile([s for h in hours for s in h.asked], 0.99):,.1f} s"),
    ("… first", "", lambda hours: f"{min(min(hour.asked) for hour in hours):.1f} s"),
    ("new messages a second", f"≥ {ENOUGH * LIMIT:g} /s", lambda hours: f"{_rate(hours):.2f} /s"),
    ("… of them reminders to other zones", "", lambda hours: f"{sum(hour.others for hour in hours):,}"),
    ("largest number in any second", f"≤ {LIMIT:g}", lambda hours: f"{max(hour.busiest for hour in hours)}"),
    ("answers 429", "0", lambda hours: f"{sum(hour.refused for hour in hours)}"),
    ("asked more than once", "0", lambda hours: f"{sum(hour.doubled for hour in hours)}"),
    ("forgotten", "0", lambda hours: f"{sum(hour.forgotten for hour in hours)}"),
    ("mentors who answered to the end", "", lambda hours: f"{sum(hour.answered for hour in hours):,}"),
    (
        "taps a second meanwhile",
        "",
        lambda hours: f"{sum(hour.taps for hour in hours) / sum(hour.sending for hour in hours):.1f} /s",
    ),
    ("tap to edit meanwhile, p50", "", lambda hours: _ms(hours, 0.5)),
    ("… p99", "", lambda hours: _ms(hours, 0.99)),
    ("… slowest", "", lambda hours: _ms(hours, 1.0)),
    ("largest lag seen of the tick for alerts", "", lambda hours: _lag(hours, "alert_tick")),
    ("… of the tick for check-ins", "", lambda hours: _lag(hours, "checkin_tick")),
)


def report(morning: Morning) -> str:
    """Return the table in Markdown: a column for each zone, and one for all of them."""
    groups = [*([hour] for hour in morning.hours), morning.hours]
    heads = [hour.zone.rpartition("/")[2].replace("_", " ") for hour in morning.hours]
    lines = [
        f"{NOTE}\n",
        f"| | {' | '.join(heads)} | In all | Goal |",
        "|---" * (len(groups) + 2) + "|",
        *(f"| {what} | {' | '.join(show(group) for group in groups)} | {goal} |" for what, goal, show in ROWS),
        "",
        f"- peak resident memory of the service: {morning.highest:.1f} MiB",
        f"- processor time of the service: {morning.worked:,.1f} s",
        f"- answers tapped: {morning.answers:,}, each found exactly once in `keepwell export answers`",
        f"- goals: {'missed' if morning.missed else 'all met'}",
    ]
    return "\n".join(lines)
