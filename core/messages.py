"""What goes out: the kinds of message, how urgent each is, and what happens when nobody knows whether it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID


class Priority(IntEnum):
    """The order in which messages leave; the lower the sooner."""

    CRISIS = 0
    ALERT = 1
    REPLY = 2  # somebody is looking at the screen
    CHECKIN = 3
    DIGEST = 4  # and reminders


class WhenUnsure(StrEnum):
    """What to do when Telegram's own answer was lost, so that the message was maybe sent."""

    REPEAT = "repeat"  # harmless twice
    REPEAT_MARKED = "repeat_marked"  # repeated, and the text says that it may be a repetition
    DROP = "drop"  # better missed than doubled


class Kind(StrEnum):
    """Every message that Keepwell can send. `bot/screens` has one renderer for each."""

    CONSENT = "consent"  # before anything is asked: what happens here, page by page
    DECLINED = "declined"  # somebody did not agree: nothing is asked
    ASK_LANGUAGE = "ask_language"  # which language?
    ASK_ZONE = "ask_zone"  # which time zone?
    ASK_TIME = "ask_time"  # when shall the pulse come?
    READY = "ready"  # a mentor has joined
    STAFF_WELCOME = "staff_welcome"  # a supervisor or lead has joined
    REFUSAL = "refusal"  # something that cannot be done, and why
    HELP = "help"  # what works here
    PRIVACY = "privacy"  # who sees what
    SETTINGS = "settings"  # language, zone, times
    VISIBILITY = "visibility"  # what others see of a mentor, by group
    PREVIEW = "preview"  # a supervisor's own screen, to the mentor whom it is about
    SHARED = "shared"  # to a supervisor: the latest answers that a mentor shows
    AVOID = "avoid"  # somebody else than my supervisor
    AWAY = "away"  # for how long, or until when
    LEAVE = "leave"  # what leaving means
    LEFT = "left"  # everything has stopped
    CHECKIN = "checkin"  # an item of a check-in
    CHECKIN_DONE = "checkin_done"  # what the answers came to, and who was told
    CHECKIN_CLOSED = "checkin_closed"  # expired, replaced, postponed or moved: says so
    EDIT = "edit"  # the answers of today's check-in, to change one
    EDIT_ITEM = "edit_item"  # one of them
    NUMBER_HELP = "number_help"  # a number was typed that does not fit
    NUDGE = "nudge"  # to the mentor alone: it has become more, and what may help
    CRISIS = "crisis"  # to the mentor: lines, and who is being called
    MENTOR_STATUS = "mentor_status"  # to the mentor: who took it, or that nobody has yet
    ALERT = "alert"  # to whoever a step reaches
    OUTCOME_WORDS = "outcome_words"  # to whoever closed an alert with "something else": what was it?
    GROUP = "group"  # that a group was linked, or why not
    MORE_ALERTS = "more_alerts"  # to whoever has had many concerns today: further ones wait in the list
    ALERT_UPDATE = "alert_update"  # an edit of an alert on the phone of somebody who was told
    FOLLOW_UP = "follow_up"  # to the mentor: did that help?
    TALK_PLAN = "talk_plan"  # to a supervisor: times to propose, and what the mentor made of them
    TALK_TIMES = "talk_times"  # to the mentor: when does a talk suit?
    CHAIN_ENDED = "chain_ended"  # to the leads: everybody was asked, and nobody has answered
    SILENCE = "silence"  # to the mentor, after pulses without an answer
    STAFF_HELLO = "staff_hello"  # to a supervisor: a friendly hello may be welcome
    LEAD_NOTE = "lead_note"  # about conditions: no supervision for weeks
    TEAM = "team"  # to a supervisor: who may need somebody
    TEAMS = "teams"  # to a lead: which team?
    AGENDA = "agenda"  # one mentor, before supervision
    CONTACT = "contact"  # that they met, and what they agreed on
    TREND = "trend"  # a picture of the team's weeks
    DIGEST = "digest"  # to supervisors and leads, once a week
    ONCALL = "oncall"  # to supervisors and leads: who is on call
    SWAP = "swap"  # a shift that is offered, taken or kept
    DAYS_OFF = "days_off"  # days on which somebody cannot be called
    NOTE = "note"  # what is done with words that a mentor wrote
    HISTORY = "history"  # /me: the last weeks in words
    HISTORY_PICTURE = "history_picture"  # /me: the last weeks as a picture
    MY_DATA = "my_data"  # what comes, and a way to erase it
    MY_DATA_FILE = "my_data_file"  # everything that is kept about one person
    LOOKED = "looked"  # who read this person's data, and when
    ERASE = "erase"  # what erasing means
    ERASED = "erased"  # what has gone
    LINE_HELP = "line_help"  # a whole pulse in one line that does not fit
    ASK_DAYS = "ask_days"  # own weekdays of the pulse
    ASK_DAY_TIME = "ask_day_time"
    AWAY_DAYS = "away_days"  # from which day to which
    SHIFT = "shift"  # the shift is over, and there is nothing to ask today
    VISIT = "visit"  # the home-visit timer: chosen, running, over
    VISIT_ASK = "visit_ask"  # are you out?
    VISIT_NEWS = "visit_news"  # to those who were called: the mentor has answered after all
    WITHDRAW = "withdraw"  # deletes a message of the mentor's


class Rule(NamedTuple):
    """How a kind of message travels."""

    priority: Priority
    when_unsure: WhenUnsure


_REPLY = Rule(Priority.REPLY, WhenUnsure.REPEAT)
RULES: Final[Mapping[Kind, Rule]] = MappingProxyType(
    {
        **dict.fromkeys(Kind, _REPLY),
        Kind.CHECKIN: Rule(Priority.CHECKIN, WhenUnsure.DROP),
        Kind.FOLLOW_UP: Rule(Priority.CHECKIN, WhenUnsure.DROP),
        Kind.NUDGE: Rule(Priority.CHECKIN, WhenUnsure.DROP),
        Kind.SILENCE: Rule(Priority.CHECKIN, WhenUnsure.DROP),
        Kind.STAFF_HELLO: Rule(Priority.CHECKIN, WhenUnsure.DROP),
        Kind.LEAD_NOTE: Rule(Priority.DIGEST, WhenUnsure.DROP),
        Kind.MORE_ALERTS: Rule(Priority.DIGEST, WhenUnsure.DROP),
        Kind.DIGEST: Rule(Priority.DIGEST, WhenUnsure.DROP),
        Kind.CRISIS: Rule(Priority.CRISIS, WhenUnsure.REPEAT),
        Kind.MENTOR_STATUS: Rule(Priority.ALERT, WhenUnsure.REPEAT),
        # Somebody may be in danger: it leaves before everything but cries for help, and twice is better than never.
        Kind.VISIT_ASK: Rule(Priority.ALERT, WhenUnsure.REPEAT),
        Kind.VISIT_NEWS: Rule(Priority.ALERT, WhenUnsure.REPEAT),
        Kind.ALERT: Rule(Priority.ALERT, WhenUnsure.REPEAT_MARKED),
        Kind.ALERT_UPDATE: Rule(Priority.REPLY, WhenUnsure.REPEAT),
        Kind.CHAIN_ENDED: Rule(Priority.ALERT, WhenUnsure.REPEAT_MARKED),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to be stored in the outbox. Exactly one of person, group and stranger is set."""

    kind: Kind
    person_id: UUID | None = None
    group_id: UUID | None = None  # a linked group
    stranger: int | None = None  # a Telegram chat that is on no roster
    params: Mapping[str, Any] = field(default_factory=dict)
    edit: int | None = None  # the Telegram message to change; None sends a new one
    priority: Priority | None = None  # None: the kind's own
    not_before: datetime | None = None
    dedup_key: str | None = None  # at most one message for ever under one key
    receipt: str | None = None  # who wants to know the message id: "checkin:<id>", "notice:<id>"

    @property
    def leaves_with(self) -> Priority:
        """The priority it travels with."""
        return self.priority if self.priority is not None else RULES[self.kind].priority


class OutgoingState(StrEnum):
    """Where an outgoing message stands."""

    PENDING = "pending"  # waits for its place
    SENDING = "sending"  # some process holds it
    SENT = "sent"  # Telegram took it
    MAYBE = "maybe"  # Telegram's answer was lost and the kind says: do not repeat
    DEAD = "dead"  # Telegram will never take it
    SUPERSEDED = "superseded"  # a newer edit of the same message took its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A claimed message with all that sending needs. Nothing else is read while it is on its way."""

    id: int
    kind: Kind
    chat_id: int
    person_id: UUID | None
    language: str
    timezone: str
    params: Mapping[str, Any]
    edit: int | None
    priority: Priority
    attempts: int
    repeated: bool  # an earlier attempt may have arrived
    receipt: str | None
    send_at: datetime  # its place in the send budget
    group_id: UUID | None = None
    thread_id: int | None = None  # the topic of a forum
