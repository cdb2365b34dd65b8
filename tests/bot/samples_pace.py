"""Messages about a mentor's pace, with values as the flows store them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import Any

Params = Mapping[str, Any]


PULSE = ("fuel", "spill", "stories", "switch_off", "reach_out")


OWN_DAYS: dict[str, Any] = {"days": {"0": "17:00", "2": "09:00", "6": "22:00"}, "least": 1, "most": 5}
DAYS = [f"2026-03-{day:02}" for day in range(4, 16)]


def _pulse(number: str | None, request: str) -> list[Any]:
    return [[place, item, request if item == "reach_out" else number] for place, item in enumerate(PULSE)]


def pace(name: str, helper: str, now: datetime, row: str) -> dict[str, list[Params]]:
    """Return the messages by kind. The names are of a mentor and of who helps."""
    back, calls = (now + timedelta(minutes=n) for n in (30, 50))
    running: dict[str, Any] = {
        "what": "inside",
        "visit": row,
        "back_at": back.isoformat(),
        "calls_at": calls.isoformat(),
        "left": 4,
        "repeats": 3,
        "every": 300.0,
        "calls": [helper],
    }
    overdue = running | {"what": "overdue", "left": 0}
    facts = {"alert": row, "mentor": name, "at": back.isoformat(), "back_at": calls.isoformat()}
    return {
        "visit": [
            {"what": "choose", "lengths": [30, 60, 120]},
            *({"what": what} for what in ("type", "unclear", "disabled")),
            *(running | {"repeats": n, "calls": who} for n, who in product((0, 1, 3), ([helper, "Ben Ortiz"], []))),
            running | {"what": "asked"},
            overdue | {"told": [helper]},
            *(running | {"what": "out", "told": told} for told in ([], [helper])),
        ],
        "visit_ask": [
            *(running | {"what": "asked", "left": n} for n in (0, 1, 3)),
            *(overdue | {"told": told} for told in ([], [helper, "Ben Ortiz"])),
        ],
        "edit": [
            {"checkin": row, "questionnaire": "pulse", "answers": _pulse("2", "not_safe")},
            {"checkin": row, "questionnaire": "pulse", "answers": _pulse(None, "no")},
        ],
        "edit_item": [
            {"checkin": row, "questionnaire": "pulse", "item": item, "place": place, "chosen": "2"}
            for place, item in enumerate(PULSE)
        ],
        "ask_days": [
            OWN_DAYS | extra
            for extra in ({}, {"saved": True}, {"bound": True}, {"days": dict.fromkeys("0123456", "17:00")})
        ],
        "ask_day_time": [{"day": 2, "at": "17:00", "choices": ["08:00", "09:00", "17:00", "22:00"]}],
        "away_days": [
            {"first": first, "days": DAYS, "page": page, "last": 10, "role": role}
            for first, page, role in (
                (None, 0, "mentor"),
                ("2026-03-04", 1, "mentor"),
                ("2026-03-04", 10, "lead"),
                (None, 1, "supervisor"),
            )
        ],
        "shift": [{"asked": asked} for asked in (True, False)],
        "visit_news": [facts | {"out": out} for out in (True, False)],
    }
