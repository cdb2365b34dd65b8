"""The form of a program file: which keys there are, and what each may hold.

Only one key at a time is judged here; `program.checks` compares them with each other. The descriptions are the
reference that people read (`docs/reference/program.md`).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.policy import FOLLOW_UP_AFTER
from program import fields as f


class Table(BaseModel):
    """A table of the file: its keys, and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class OptionTable(Table):
    """An answer that can be tapped."""

    value: f.Value = Field(description="What is stored and exported. For counts the number that stands for a range.")
    label: f.Label | None = Field(None, description="What the button says. A number may do without.")
    points: int | None = Field(None, ge=0, le=10, description="Practice alone: 3 best, 1 partial, 0 harmful.")
    reason: f.Sentence | None = Field(None, description="Practice alone: the reason shown at once.")


class ItemTable(Table):
    """A question of your own. Never change the wording of one that was asked: give it a new id."""

    id: f.Id = Field(description="Stored with each answer, for ever.")
    kind: Literal["scale", "count", "choice", "choices"] = Field(
        description="scale: a whole number; count: a whole or half number; choice: one option; choices: several."
    )
    text: f.Sentence = Field(description="The question.")
    options: list[OptionTable] | None = Field(
        None,
        min_length=1,
        max_length=40,
        description="The buttons. A scale from 0 to 4 may leave them out: not at all … very much. For a count they are "
        "ranges; typing a number is always possible.",
    )
    options_from: Literal["boundary_kinds"] | None = Field(
        None, description='"boundary_kinds": the options are the boundary kinds of this program.'
    )
    scored: bool = Field(True, description="Whether it counts in the score of its check-in (scales of pulse, weekly).")
    reversed: bool = Field(False, description="Whether the highest answer is the best one.")
    range: list[f.Number] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="Lowest and highest answer of a scale or count. Default 0 to 4 (scale), 0 to 200 (count).",
    )
    only_if: dict[f.Id, Annotated[list[f.Value], Field(min_length=1, max_length=40)]] = Field(
        default_factory=dict,
        max_length=5,
        description="Asked only if an earlier item of the check-in has one of these answers.",
    )
    always: bool = Field(False, description="In a check-in that draws: asked each time, after the drawn items.")


class ScheduleTable(Table):
    """When a check-in is sent, in each mentor's local time. A mentor may move `at`."""

    days: list[f.Day] = Field(max_length=7, description='Weekdays, "mon" to "sun". An empty list: only by hand.')
    at: f.Clock = Field(description="Local time of day.")
    every_weeks: int = Field(1, ge=1, le=52, description="2 = every second week, counted from the week of 2024-01-01.")


class CheckinTable(Table):
    """A check-in. One with the id of a shipped check-in takes from it what is left out, except `enabled`."""

    id: f.Id = Field(description="Stored with each answer; the name in `keepwell send`.")
    enabled: bool = Field(True, description="Whether it is sent.")
    title: f.Title = Field(description="Its name in the chat.")
    schedule: ScheduleTable | None = Field(None, description="When it is sent by itself. Default: only by hand.")
    remind_after: f.Reminder = Field(None, description='One reminder so long after sending, or "never".')
    expires_after: f.Duration = Field(description="How long it can be answered.")
    items: list[ItemTable] = Field(
        min_length=1, max_length=60, description="Ids of built-in items, tables of your own items, or both, in order."
    )
    draw: int | None = Field(None, ge=1, le=60, description="Ask so many items at a time, in turn. Default: all.")
    affects_level: bool = Field(True, description="Whether its answers may change a level or raise an alert.")
    roles: list[f.Id] = Field(
        ["mentor"],
        min_length=1,
        max_length=5,
        description='Who is asked. Of the pulse alone: ["mentor", "supervisor"] offers it to supervisors too; they '
        "have to agree first, and only leads are told of it.",
    )
    scale: f.Id | None = Field(
        None, description="Key of a published scale: the number of items, their ranges and reversed items must match."
    )


class WorkingHoursTable(Table):
    """When the chain of a concern goes on. Outside them the first message comes without a sound, and waits."""

    days: list[f.Day] = Field(min_length=1, max_length=7, description="Working days.")
    start: f.Clock = Field(alias="from", description="Local time at which they begin.")
    until: f.Clock = Field(description="Local time at which they end, later than `from`.")
    timezone: f.Zone | None = Field(
        None, description="IANA time zone of these times. Default: that of the mentor's supervisor."
    )


class PolicyTable(Table):
    """Who is told of an alert of one level, and in which order. A level without a policy has the shipped one."""

    level: Literal["concern", "urgent", "crisis"] = Field(description="One policy per level.")
    acknowledge_within: f.Duration = Field(description="How long each step has before the next one is told.")
    repeat: int = Field(ge=1, le=20, description="Times through the chain.")
    steps: list[f.StepName] = Field(
        min_length=1,
        max_length=10,
        description="supervisor: the mentor's own, or any of the team's; backup: another of the same team; oncall: "
        "whoever is on call by the rota; lead: the program lead; group: the Telegram group that a lead has "
        "linked; person:Ann Lee: that supervisor or lead, of whichever team. A step that nobody can fill is skipped at "
        "once and reported.",
    )
    acknowledgement_lapses_after: f.Duration = Field(
        description="An acknowledged alert that nobody resolved by then is open again."
    )
    follow_up_after: f.Reminder = Field(
        FOLLOW_UP_AFTER,
        description='When the mentor is asked whether it helped, counted from resolving, or "never". "No", or no '
        "answer within two days, opens the alert again.",
    )
    working_hours: WorkingHoursTable | None = Field(
        None, description="Of a concern alone: only these hours count, and nobody is asked outside them."
    )


class AlertsTable(Table):
    """What spares the people who are told. No alert is lost by it, and crises are exempt from all of it.

    A file with policies of its own has none of it unless it says so.
    """

    bundle_within: f.Reminder = Field(
        None,
        description='Alerts about one mentor that arise so soon after each other are told in one message, or "never".',
    )
    same_reason_after: f.Reminder = Field(
        None,
        description="A reason that is known comes as a change of the first message for so long, while that alert is "
        'not resolved, or "never". What is worse, and a wish for somebody today, is told anew.',
    )
    concerns_a_day: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="So many concerns reach one person within 24 hours; further ones wait in /alerts, and one line "
        "says so. Their chains go on. Default: no limit.",
    )
    contentless: bool = Field(
        False,
        description="Whether a message about an alert says neither who nor why before it is opened by a button. Each "
        "supervisor may choose the same.",
    )


class RotaTable(Table):
    """A shift that comes back each week: who is on call, for the step `oncall` of the policies."""

    person: f.Name = Field(description="Name of a supervisor or lead, as on the roster.")
    team: f.Name | None = Field(None, description="Name of the team, as on the roster. Default: every team.")
    days: list[f.Day] = Field(min_length=1, max_length=7, description="The days on which the shift begins.")
    start: f.Clock = Field(alias="from", description="Local time at which it begins.")
    until: f.Clock = Field(
        description="Local time at which it ends; one that is not later than `from` is the next day's."
    )
    timezone: f.Zone | None = Field(None, description="IANA time zone of these times. Default: `default_timezone`.")
    weeks: Literal["every", "odd", "even"] = Field(
        "every", description="ISO weeks in which it begins. After a week 53 comes a week 1: two odd ones."
    )
    backup: f.Name | None = Field(None, description="Who is told instead when that person cannot be.")


class OncallTable(Table):
    """Calendars (iCalendar files) that say who is on call, besides the rota. Paths start at the program file."""

    calendar: f.File | None = Field(None, description="A file that serves every team.")
    teams: dict[f.Name, f.File] = Field(
        default_factory=dict, max_length=200, description="By the name of a team, as on the roster: its own file."
    )


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
