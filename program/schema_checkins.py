"""The form of what a program file asks: check-ins with their items."""

from typing import Annotated, Literal

from pydantic import Field

from program import fields as f
from program.table import Table


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
