"""The form of what a program file says about who is told: policies, shifts, calendars."""

from typing import Literal

from pydantic import Field

from core.policy import FOLLOW_UP_AFTER
from program import fields as f
from program.table import Table


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
