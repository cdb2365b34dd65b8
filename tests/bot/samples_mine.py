"""Messages about a mentor's own data, with values as the flows store them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Final

from core.looks import Seen

ROW: Final = "12345678123456781234567812345678"
NOW: Final = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)
LOOKS: Final = [seen.value for seen in Seen]

Params = Mapping[str, Any]


def ago(**by: float) -> str:
    """An instant before now, as stored."""
    return (NOW - timedelta(**by)).isoformat()


def weeks() -> dict[str, Any]:
    """Twelve weeks of a mentor who answered most, missed some and was away."""
    days = [day for day in range(82, 1, -3) if day not in (40, 43, 61)]
    heavy = (30, 35, 28, 44, 40, 31, 38, 50, 62, 71)
    return {
        "weeks": 12,
        "since": ago(weeks=12),
        "until": NOW.isoformat(),
        "low": 23.4,
        "high": 48.6,
        "learnt": 9,
        "needed": 9,
        "answered": len(days),
        "asked": len(days) + 2,
        "away": 2,
        "latest": [
            [ago(days=day), beside]
            for day, beside in zip(
                (19, 12, 9, 5, 2), ("lighter", "usual", "unscored", "bit_heavier", "heavier"), strict=True
            )
        ],
        "points": [[ago(days=day), float(heavy[place % len(heavy)])] for place, day in enumerate(days)],
        "missed": [ago(days=61), ago(days=31.5)],
        "away_at": [ago(days=43), ago(days=40)],
    }


def kept(name: str, helper: str) -> dict[str, Any]:
    """Everything that is kept about somebody, in small."""
    at = ago(days=3)
    answers = [
        ("fuel", "1"),
        ("spill", "3"),
        ("stories", "2"),
        ("switch_off", "1"),
        ("reach_out", "today"),
        ("gone", "2"),
    ]
    given = [{"item": item, "value": value, "answered_at": at, "received_at": at} for item, value in answers]
    assessment = {
        "level": "urgent",
        "alert": "urgent",
        "at": at,
        "reasons": ["asks_today"],
        "detail": {"strain": 68.75, "weekly": None, "load": None, "facts": {}},
        "history": {},
        "rules_version": "1",
        "updated_at": at,
    }
    days = ("created_at", "joined_at", "consented_at", "declined_at", "left_at", "away_from", "away_until")
    checkin = {"kind": "pulse", "at": at, "state": "complete"}
    return {
        "made_at": NOW.isoformat(),
        "profile": {
            "name": name,
            "telegram_id": 7_001,
            "team": "North",
            "supervisor": helper,
            "asks_others_than": helper,
            "language": "en",
            "timezone": "America/Chicago",
            "consent_version": "1",
            "quiet_from": "21:00",
            "quiet_until": "08:00",
            **dict.fromkeys(days, at),
        },
        "invites": [],
        "schedules": [{"checkin": "pulse", "at_local": None, "next_at": at}],
        "checkins": [
            checkin | {"answers": given, "assessment": assessment},
            checkin | {"answers": [], "assessment": None},
        ],
        "notes": [{"written_at": at, "received_at": at, "text": "Long week. <b>&", "state": "kept", "reading": {}}],
        "alerts": [
            {
                "level": "urgent",
                "reasons": ["asks_today"],
                "facts": {},
                "opened_at": at,
                "acknowledged_by": helper,
                "acknowledged_at": at,
                "resolved_by": helper,
                "resolved_at": at,
                "told": [{"who": helper, "step": "supervisor", "queued_at": at, "sent_at": at, "failed_at": None}],
            }
        ],
        "contacts": [{"at": at, "by": helper, "kind": "one_to_one", "agreements": ["time_off"]}],
        "audit": [{"at": at, "actor": helper, "action": "team_seen", "detail": {}}],
    }


def mine(name: str, helper: str) -> dict[str, list[Params]]:
    """Return the messages by kind."""
    known = weeks()
    learning = known | {"low": None, "high": None, "learnt": 4, "away": 0, "away_at": []}
    learning["latest"] = [[ago(days=2), beside] for beside in ("light", "fair", "heavy")]
    one_left = learning | {"learnt": 8, "latest": [], "points": []}
    nothing = one_left | {"asked": 0, "answered": 0, "missed": []}
    looks = [{"at": ago(days=day), "by": helper, "action": action} for day, action in enumerate(LOOKS)]
    others = [{"at": ago(days=1), "by": by, "action": "roster"} for by in ("operator", "system", None)]
    return {
        "history": [
            known
            | {
                "changed": {
                    "own": {"talked": 2, "time_off": 1, "clinical": 1},
                    "meetings": 3,
                    "team": {"talked": 7, "cover": 2},
                }
            },
            known | {"changed": {"own": {"talked": 1, "cover": 1}, "meetings": 1, "team": {}}, "editable": ROW},
            known,
            learning,
            one_left,
            nothing,
            known | {"away": 1},
        ],
        "history_picture": [known, learning, one_left],
        "my_data": [*({"role": role} for role in ("mentor", "supervisor")), {"role": "supervisor", "own_pulse": True}],
        "my_data_file": [
            {"format": format_, "role": role, "kept": kept(name, helper)}
            for format_, role in product(("html", "json"), ("mentor", "lead"))
        ],
        "looked": [
            *({"role": "mentor", "page": page, "last": 2, "looks": looks[6 * page :][:6]} for page in (0, 1, 2)),
            {"role": "mentor", "page": 0, "last": 0, "looks": others},
            {"role": "lead", "page": 0, "last": 0, "looks": []},
        ],
        "erase": [
            {"refused": refused, "asked_at": 1_772_485_500, "own_pulse": own}
            for refused, own in ((True, False), (False, False), (False, True))
        ],
        "erased": [*({"still_open": n} for n in (0, 1)), {"own_pulse": True}],
        "line_help": [
            *({"numbers": n} for n in (1, 4)),
            *({"numbers": 4, **wrong} for wrong in ({"given": 1}, {"given": 3}, {"place": 2, "value": "7"})),
            {"numbers": 4, "no_letter": True},
            {"several": True, "place": 3, "value": "40", "from": "0", "to": "7"},
            *({"several": True, "too_many": n} for n in (1, 6)),
        ],
    }
