"""Messages of the supervisor's day, with values as the flows store them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

Params = Mapping[str, Any]
ROW: Final = UUID("12345678-1234-5678-1234-567812345678").hex


def team_samples(
    name: str, now: datetime, facts: Params, many: Mapping[str, tuple[str, ...]]
) -> dict[str, list[Params]]:
    """Return samples of every kind. `many` has the most reasons that an alert of each level can have."""
    due = (now + timedelta(days=3)).isoformat()
    entry = {"mentor": ROW, "name": name, "facts": facts, "taken": False, "due": due, "overdue": False, "time": None}
    alarms = [
        entry | {"need": level, "reasons": list(reasons), "taken": taken, "mine": taken and overdue, "overdue": overdue}
        for (level, reasons), taken, overdue in product(many.items(), (True, False), (True, False))
    ]
    alarms += [entry | {"need": "crisis", "reasons": []}, entry | {"need": "urgent", "reasons": ["asks_today"]}]
    alarms.append(entry | {"need": "urgent", "reasons": ["asks_today"], "due": (now + timedelta(hours=5)).isoformat()})
    quiet = [
        entry | {"need": need, "reasons": [], "due": None, "time": time}
        for need, time in (("unreachable", due), ("silent", None), ("away", due), ("away", None))
    ]
    return {
        "team": [*_lists(entry, alarms, quiet)],
        "teams": _teams(name),
        "agenda": _agendas(name, due, facts, many),
        "contact": _contacts(name, now),
        "trend": _trends(now.date()),
        "oncall": _on_call(name, now),
        "swap": _swaps(name, now),
        "days_off": _days_off(now.date()),
        "talk_plan": _talk_plans(name, now),
        "talk_times": _talk_times(name, now),
        "digest": [*_digests(name), *_lead_digests(name)],
    }


def _lists(entry: Params, alarms: list[Params], quiet: list[Params]) -> list[Params]:
    common = {"team": ROW, "name": "North", "by_team": True, "page": 0, "last": 0, "steady": 0, "mentors": 3}
    steady = [_named(entry | {"need": "steady", "reasons": []}, number) for number in range(8)]
    own = {"team": None, "by_team": False}
    pages = [alarms[at : at + 3] for at in range(0, len(alarms), 3)]
    return [
        common | {"entries": [], "mentors": 0},
        *(common | {"entries": _numbered(page), "page": 1, "last": 3} for page in pages),
        common | {"entries": _numbered([*quiet, quiet[0]])},
        common | {"entries": steady, "steady": 8},
        common | {"entries": _numbered([*alarms[:2], *steady[:3]]), "steady": 14, "last": 1},
        common | own | {"entries": _numbered([alarms[0], *steady[:5]]), "steady": 5},
        common | own | {"entries": steady[:1], "steady": 1, "name": ""},
    ]


def _named(entry: Params, number: int) -> Params:
    """The same entry with a name of its own, as on a roster, where names are unique."""
    return {**entry, "name": f"{number} {entry['name']}", "mentor": UUID(int=number + 1).hex}


def _numbered(entries: list[Params]) -> list[Params]:
    return [_named(entry, number) for number, entry in enumerate(entries)]


def _on_call(name: str, now: datetime) -> list[Params]:
    night = timedelta(hours=14)
    starts = [now - timedelta(hours=1) + timedelta(days=day) for day in range(7)]
    nights = [
        {"from": start.isoformat(), "until": (start + night).isoformat(), "name": name, "team": ""} for start in starts
    ]
    free = [
        {
            "from": (start + night).isoformat(),
            "until": (start + timedelta(days=1)).isoformat(),
            "name": None,
            "team": "",
        }
        for start in starts
    ]
    offers = [{**one, "offer": ROW, "by": name} for one in nights[:3]]
    both = [entry for pair in zip(nights, free, strict=True) for entry in pair]
    common = {"rota": True, "called": True}
    return [
        {"rota": False, "called": False, "entries": []},
        common | {"entries": nights[:3], "own": True, "offers": offers},
        common | {"called": False, "entries": both},
        common | {"entries": free[6:]},
        common | {"entries": both, "warns": True},
        common | {"entries": [{**free[0], "from": now.isoformat(), "team": f"{team} {name}"} for team in range(12)]},
        common | {"entries": [{**entry, "team": "North"} for entry in both for _ in range(3)]},
    ]


def _swaps(name: str, now: datetime) -> list[Params]:
    night = {"from": now.isoformat(), "until": (now + timedelta(hours=14)).isoformat(), "team": f"North of {name}"}
    evening = {"from": now.isoformat(), "until": (now + timedelta(minutes=30)).isoformat(), "team": ""}
    done = [night | {"view": view, "by": name} for view in ("taken", "given", "kept")]
    return [
        {"view": "choose", "shifts": []},
        {"view": "choose", "shifts": [_later(night, day) for day in range(8)]},
        {"view": "choose", "shifts": [night | {"until": (now + timedelta(days=7)).isoformat()}]},
        {"view": "gone"},
        night | {"view": "asked", "offer": ROW, "by": name},
        evening | {"view": "asked", "offer": ROW, "by": name},
        night | {"view": "offered", "offer": ROW, "asked": []},
        night | {"view": "offered", "offer": ROW, "asked": [f"{n} {name}" for n in range(6)]},
        *done,
        night | {"view": "too_late", "by": name, "taker": name},
        night | {"view": "too_late", "by": name, "taker": None},
    ]


def _talk_plans(name: str, now: datetime) -> list[Params]:
    times = [(now + timedelta(hours=3 * n)).isoformat() for n in range(9)]
    common = {"alert": ROW, "name": name, "zone": "UTC"}
    slots = [{"at": at, "chosen": n < 3} for n, at in enumerate(times)]
    ends = [common | {"view": view, "options": []} for view in ("other", "left")]
    return [
        common | {"view": "draft", "slots": []},
        common | {"view": "draft", "slots": slots},
        common | {"view": "draft", "slots": slots[3:5]},
        common | {"view": "sent", "options": times[:3]},
        common | {"view": "agreed", "options": times[:1]},
        *ends,
    ]


def _talk_times(name: str, now: datetime) -> list[Params]:
    times = [(now + timedelta(hours=3 * n)).isoformat() for n in range(3)]
    common = {"alert": ROW, "by": name}
    ends = [common | {"view": view, "at": None} for view in ("other", "left", "old")]
    return [
        common | {"view": "ask", "options": times},
        common | {"view": "agreed", "at": times[0]},
        *ends,
    ]


def _later(shift: Params, days: int) -> Params:
    moved = {key: datetime.fromisoformat(shift[key]) + timedelta(days=days) for key in ("from", "until")}
    return {**shift, **{key: at.isoformat() for key, at in moved.items()}}


def _days_off(today: date) -> list[Params]:
    days = [{"day": (today + timedelta(days=ahead)).isoformat(), "off": ahead % 3 == 0} for ahead in range(14)]
    return [{"page": page, "last": 5, "days": days} for page in (0, 2, 5)]


def _teams(name: str) -> list[Params]:
    one = {"id": ROW, "name": "North", "mentors": 12, "open": 0}
    loose = {"id": None, "name": "", "mentors": 3, "open": 2}
    many = [one | {"id": UUID(int=n).hex, "name": f"{n} {name}", "open": n} for n in range(1, 9)]
    return [
        {"page": 0, "last": 0, "teams": []},
        {"page": 0, "last": 0, "teams": [one, loose]},
        {"page": 1, "last": 2, "teams": many},
    ]


def _agendas(name: str, when: str, facts: Params, many: Mapping[str, tuple[str, ...]]) -> list[Params]:
    empty = {
        "mentor": ROW,
        "name": name,
        "team": None,
        "team_name": "North",
        "need": "steady",
        "last": None,
        "since": when,
        "alerts": [],
        "more_alerts": 0,
        "boundaries": [],
        "scenarios": [],
        "agreements": None,
        "page": 2,
    }
    alerts = [
        {"level": level, "reasons": list(reasons), "facts": facts, "at": when, "outcome": outcome}
        for (level, reasons), outcome in zip(many.items(), ("talked", "clinical", None), strict=True)
    ]
    full = {
        "last": when,
        "team": ROW,
        "alerts": alerts,
        "more_alerts": 4,
        "boundaries": ["after_hours", "small_gift", "disclosure_regret", "dual_relationship", "money", "doing_for"],
        "scenarios": [f"practice_{n}" for n in range(1, 5)],
        "agreements": {"what": ["less_caseload", "time_off", "training", "next_week"], "at": when},
    }
    return [
        empty,
        empty | {"team_name": "", "need": None},
        empty | full,
        empty | full | {"alerts": [], "more_alerts": 0},
        empty | {"alerts": [{**alerts[0], "reasons": []}], "agreements": {"what": ["nothing"], "at": when}},
    ]


def _contacts(name: str, now: datetime) -> list[Params]:
    common = {
        "session": ROW,
        "mentor": ROW,
        "name": name,
        "count": 1,
        "at": now.isoformat(),
        "agreements": [],
        "undoable": True,
        "team": None,
    }
    return [
        *(common | {"how": how} for how in ("one_to_one", "group", "call")),
        common | {"how": "group", "mentor": None, "count": 12, "team": ROW},
        common | {"how": "call", "agreements": ["less_caseload", "training"]},
        common | {"how": "call", "undoable": False, "too_late": True},
        common | {"how": "call", "undone": True},
        {"gone": True},
        {"nobody": True},
    ]


def _trends(today: date) -> list[Params]:
    bands = ("light", "fair", "heavy", None)
    weeks = [
        {
            "monday": (today - timedelta(weeks=12 - n)).isoformat(),
            "share": None if n == 3 else (n % 5) / 4,
            "band": bands[n % 4],
        }
        for n in range(12)
    ]
    return [
        {"name": "North", "smallest": 5, "weeks": []},
        {"name": "North", "smallest": 5, "weeks": [week | {"share": None, "band": None} for week in weeks]},
        {"name": "North", "smallest": 5, "weeks": weeks},
        {"name": "", "smallest": 5, "weeks": weeks},
    ]


def _digests(name: str) -> list[Params]:
    nothing = {
        "lead": False,
        "alerts": [],
        "unreachable": [],
        "silent": [],
        "unsupervised": [],
        "promised": [],
        "weeks": 3,
        "share": None,
        "asked": 0,
        "all_answered": 0,
        "in_time": 0,
    }
    names = [f"{number} {name}" for number in range(7)]
    alerts = [
        {"name": names[number], "need": need, "taken": number % 2 == 0}
        for number, need in enumerate(("crisis", "urgent", "urgent", "concern", "concern"))
    ]
    people = ("unreachable", "silent", "unsupervised", "promised")
    return [
        nothing | {"share": 0.4},
        *(nothing | {key: names[:1]} for key in people),
        nothing | {"alerts": alerts[:1], "in_time": 1, "share": 0.8, "asked": 5, "all_answered": 2},
        nothing | {"alerts": alerts} | dict.fromkeys(people, names) | {"share": 1.0, "asked": 9, "all_answered": 9},
        nothing | {"alerts": alerts, "in_time": 4},
    ]


def _lead_digests(name: str) -> list[Params]:
    calm = {
        "name": "North",
        "open": 0,
        "unsupervised": 0,
        "alerts": 0,
        "taken": None,
        "talked": None,
        "resolved": None,
        "share": None,
        "asked": 0,
        "all_answered": 0,
    }
    busy = calm | {
        "open": 3,
        "unsupervised": 2,
        "taken": 720.0,
        "talked": 10_800.0,
        "resolved": 259_200.0,
        "share": 0.55,
    }
    many = [busy | {"name": f"{number} {name}"} for number in range(6)]
    common = {"lead": True, "more_teams": 0, "weeks": 3, "in_time": 0}
    return [
        common | {"teams": [calm | {"open": 1}]},
        common | {"teams": [busy, calm, calm | {"name": "", "taken": 20.0}], "in_time": 4},
        common | {"teams": many, "more_teams": 9, "in_time": 1},
    ]
