"""The form of a program file: which keys there are, and what each may hold.

Only one key at a time is judged here; `program.checks` compares them with each other. The descriptions are the
reference that people read (`docs/reference/program.md`).
"""

from typing import Any, Literal

from pydantic import Field

from program import fields as f
from program.schema_alerts import AlertsTable, OncallTable, PolicyTable, RotaTable
from program.schema_checkins import CheckinTable
from program.table import Table


class DaysOffTable(Table):
    """Days on which a team does not work. A check-in of several days a week leaves such a day out; one that comes once
    a week or more rarely moves to the next working day. Several tables add up."""

    team: f.Name | None = Field(None, description="Name of the team, as on the roster. Default: every team.")
    country: f.Country | None = Field(None, description="Public holidays of this country.")
    region: f.Region | None = Field(None, description='And of this state or region, such as "WI". Needs `country`.')
    dates: list[f.Date] = Field(default_factory=list, max_length=400, description='Single days, such as "2026-12-24".')
    calendar: f.File | None = Field(
        None,
        description="An iCalendar file: each day that an event touches is a day off. Its path starts at this file.",
    )


class OwnDaysTable(Table):
    """How many days a week a mentor may pick for the pulse."""

    least: int = Field(ge=1, le=7, description="At least so many.")
    most: int = Field(ge=1, le=7, description="At most so many.")


class NotesTable(Table):
    """Free text of mentors."""

    enabled: bool = Field(description="Whether mentors may write notes.")
    confirm_within: f.Duration = Field(
        description='No tap on "me / someone I support / not what I meant" by then counts as crisis.'
    )


class VisitsTable(Table):
    """The home-visit timer that a mentor may set: "back by 15:30". Nobody but the mentor sees it until it runs out."""

    enabled: bool = Field(description="Whether mentors may set a timer.")
    repeat_every: f.Duration = Field(description='How long each "are you out?" waits for an answer.')
    repeats: int = Field(ge=0, le=10, description="How often it is asked again before people are called.")
    level: Literal["urgent", "crisis"] = Field(description="The policy by which people are called then.")


class QuietHoursTable(Table):
    """The local hours in which nothing is sent but replies and crises. Equal times: none."""

    start: f.Clock = Field(alias="from", description="First quiet minute.")
    until: f.Clock = Field(description="First minute that is not quiet.")


class RetentionTable(Table):
    """How long each kind of data is kept."""

    answers: f.Duration = Field(description="Single answers.")
    scores: f.Duration = Field(description="Scores, levels and reasons.")
    notes: f.Duration = Field(description="Free text.")
    backups: f.Duration = Field(
        description="Backups. `keepwell backup FOLDER` deletes older ones; mentors who erase are told this time."
    )
    left: f.Duration = Field(
        description="How long a mentor who left can come back and find all as it was. Then everything is erased."
    )


class CrisisLineTable(Table):
    """Help in one country. A country given here replaces the shipped one whole. Verify at install."""

    number: f.Phone = Field(description="The crisis line.")
    emergency_number: f.Phone = Field(description="Police, ambulance, fire.")
    text: f.Sentence = Field(description="What a mentor reads; it names the number.")


class BoundaryKindTable(Table):
    """A kind of boundary challenge. One with a shipped id takes from it what is left out."""

    urgency: Literal["next_supervision", "same_day", "immediate"] = Field(
        description="How soon it wants a conversation."
    )
    label: f.Label = Field(description="What the button says.")
    enabled: bool = Field(True, description="Whether it is offered.")


class ProgramTable(Table):
    """The whole file. Every key may be left out: the shipped program fills it in."""

    name: f.Name = Field(description="What mentors call the program.")
    languages: list[f.Language] = Field(
        min_length=1, max_length=2, description="Languages offered; the first is used until a person chooses."
    )
    default_timezone: f.Zone = Field(description="IANA time zone of people whose roster row has none.")
    country: f.Country = Field(description="Whose crisis line and emergency number are shown.")
    invites_valid_for: f.Duration = Field(description="How long an invite link works.")
    consent_version: int = Field(
        ge=1,
        le=1_000_000,
        description="Raise it when you change what mentors agreed to: what is asked, kept, or told to whom. All are "
        "asked again before the next check-in. Not for typos.",
    )
    later_after: f.Duration = Field(description='How long "later" postpones a check-in.')
    evening: f.Clock = Field(description='When "this evening" is, for a check-in that is put off.')
    one_message: bool = Field(
        description="Whether check-ins come as one message that is answered by text, unless a mentor chose otherwise."
    )
    pulse_times: list[f.Clock] = Field(
        min_length=1, max_length=8, description="Times of day offered by tap; any other can be typed."
    )
    quiet_hours: QuietHoursTable
    own_days: OwnDaysTable
    notes: NotesTable
    visits: VisitsTable
    retention: RetentionTable
    resources: f.Paragraph = Field(
        description="Private help, shown to a mentor whose answers rise (and to nobody else)."
    )
    crisis_lines: dict[f.Country, CrisisLineTable] = Field(max_length=60)
    boundary_kinds: dict[f.Id, BoundaryKindTable] = Field(max_length=40)
    checkins: list[CheckinTable] = Field(max_length=20)
    policies: list[PolicyTable] = Field(max_length=10)
    oncall: OncallTable = OncallTable(calendar=None)
    alerts: AlertsTable
    days_off: list[DaysOffTable] = Field(default_factory=list, max_length=200)
    rota: list[RotaTable] = Field(default_factory=list, max_length=200)
    scoring: dict[str, Any] = Field(
        default_factory=dict, description="Thresholds and weights; every key is listed below."
    )
