"""Which lines of the audit trail say that somebody saw something of a mentor, and which screens need such a line.

A kind of message that is in neither table fails a test: whoever adds a screen decides whom it shows.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.messages import Kind


class Seen(StrEnum):
    """What somebody saw."""

    ALERT = "alert"
    TEAM = "team"
    AGENDA = "agenda"
    ANSWERS = "answers"
    DIGEST = "digest"
    HELLO = "hello"  # that a hello may be welcome
    SUPERVISION = "supervision"  # that there was none for weeks
    VISIT = "visit"
    CONTACT = "contact"
    STATUS = "status"  # whether they can be asked
    ROSTER = "roster"
    EXPORTED_ANSWERS = "exported_answers"
    EXPORTED_ALERTS = "exported_alerts"
    EXPORTED_AUDIT = "exported_audit"


# Lines with the mentor as their subject. Who saw it is the actor, or, when the system sent it, `to` in the detail.
OF_ONE: Final[Mapping[str, Seen]] = MappingProxyType(
    {
        **dict.fromkeys(("alert_told", "alert_seen", "chain_end_told", "outcome_written", "talk_told"), Seen.ALERT),
        "team_seen": Seen.TEAM,
        "agenda_seen": Seen.AGENDA,
        "answers_seen": Seen.ANSWERS,
        "digest_told": Seen.DIGEST,
        "hello_asked": Seen.HELLO,
        "no_supervision_told": Seen.SUPERVISION,
        "visit_told": Seen.VISIT,
        **dict.fromkeys(("contact_logged", "agreement_logged", "contact_undone", "contact_seen"), Seen.CONTACT),
        "checkin_sent": Seen.STATUS,
        "status_seen": Seen.STATUS,
    }
)
# Lines about everybody: they stand without a person.
OF_ALL: Final[Mapping[str, Seen]] = MappingProxyType(
    {
        "roster_listed": Seen.ROSTER,
        "exported_answers": Seen.EXPORTED_ANSWERS,
        "exported_alerts": Seen.EXPORTED_ALERTS,
        "exported_audit": Seen.EXPORTED_AUDIT,
    }
)
LOOKS: Final[Mapping[str, Seen]] = MappingProxyType({**OF_ONE, **OF_ALL})

# Messages that show a mentor to somebody else, and what they show. Each leaves a line of that kind.
SHOWS: Final[Mapping[Kind, Seen]] = MappingProxyType(
    {
        Kind.ALERT: Seen.ALERT,
        Kind.ALERT_UPDATE: Seen.ALERT,
        Kind.CHAIN_ENDED: Seen.ALERT,
        Kind.OUTCOME_WORDS: Seen.ALERT,
        Kind.TALK_PLAN: Seen.ALERT,
        Kind.TEAM: Seen.TEAM,
        Kind.AGENDA: Seen.AGENDA,
        Kind.SHARED: Seen.ANSWERS,
        Kind.DIGEST: Seen.DIGEST,
        Kind.STAFF_HELLO: Seen.HELLO,
        Kind.LEAD_NOTE: Seen.SUPERVISION,
        Kind.VISIT_NEWS: Seen.VISIT,
        Kind.CONTACT: Seen.CONTACT,
    }
)
# Messages that show nobody but their reader, or a figure that five people stand behind.
SHOWS_NOBODY_ELSE: Final = frozenset(
    {
        Kind.CONSENT,
        Kind.DECLINED,
        Kind.ASK_LANGUAGE,
        Kind.ASK_ZONE,
        Kind.ASK_TIME,
        Kind.READY,
        Kind.STAFF_WELCOME,
        Kind.REFUSAL,
        Kind.HELP,
        Kind.PRIVACY,
        Kind.SETTINGS,
        Kind.VISIBILITY,
        Kind.PREVIEW,
        Kind.AVOID,
        Kind.AWAY,
        Kind.LEAVE,
        Kind.LEFT,
        Kind.CHECKIN,
        Kind.CHECKIN_DONE,
        Kind.CHECKIN_CLOSED,
        Kind.EDIT,
        Kind.EDIT_ITEM,
        Kind.NUMBER_HELP,
        Kind.NUDGE,
        Kind.CRISIS,
        Kind.MENTOR_STATUS,
        Kind.FOLLOW_UP,
        Kind.TALK_TIMES,
        Kind.SILENCE,
        Kind.TEAMS,
        Kind.TREND,
        Kind.ONCALL,
        Kind.SWAP,
        Kind.DAYS_OFF,
        Kind.NOTE,
        Kind.HISTORY,
        Kind.HISTORY_PICTURE,
        Kind.MY_DATA,
        Kind.MY_DATA_FILE,
        Kind.LOOKED,
        Kind.ERASE,
        Kind.ERASED,
        Kind.LINE_HELP,
        Kind.VISIT,
        Kind.VISIT_ASK,
        Kind.WITHDRAW,
        Kind.ASK_DAY_TIME,
        Kind.AWAY_DAYS,
        Kind.ASK_DAYS,
        Kind.SHIFT,
        Kind.MORE_ALERTS,
        Kind.GROUP,
    }
)
