"""Completing what a program file says with the shipped program and the built-in items, before it is judged.

Everything here works on plain parsed data, and passes on what it does not understand: the schema refuses it with its
place. List elements keep their positions, so that places stay those of the file.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from program.durations import parse_duration
from program.faults import SHOWN, Place
from program.shipped import builtin_items, read_shipped

Found = list[tuple[Place, str]]

# Sections in which a key left out keeps its shipped value.
BY_KEY: Final = ("quiet_hours", "own_days", "notes", "visits", "retention", "resources")
# Of a shipped policy, these alone are inherited: a chain that somebody writes says who is told, and how soon.
INHERITED_OF_POLICIES: Final = ("repeat", "acknowledgement_lapses_after", "follow_up_after")


def complete(given: Mapping[str, Any]) -> tuple[dict[str, Any], Found]:
    """Return the whole program that `given` stands for, and the built-in items that it names in vain."""
    shipped = read_shipped("default")
    found: Found = []
    whole = {**shipped, "scoring": {}, **given}
    for section in BY_KEY:
        whole[section] = _over(shipped[section], whole[section])
    # What your file names, you own: chains that somebody writes are not bundled by what they did not write.
    whole["alerts"] = _over({} if "policies" in given else shipped["alerts"], given.get("alerts", {}))
    whole["crisis_lines"] = _over(shipped["crisis_lines"], whole["crisis_lines"])
    whole["boundary_kinds"] = _over_each(shipped["boundary_kinds"], whole["boundary_kinds"])
    whole["checkins"] = _checkins(_by("id", shipped["checkins"]), whole["checkins"], "checkins" in given, found)
    whole["policies"] = _policies(shipped["policies"], whole["policies"])
    return whole, found


def _over(shipped: Mapping[str, Any], given: Any) -> Any:
    return {**shipped, **given} if isinstance(given, dict) else given


def _over_each(shipped: Mapping[str, Any], given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {**shipped, **{key: _over(shipped.get(key, {}), value) for key, value in given.items()}}


def _by(key: str, tables: Any) -> dict[Any, dict[str, Any]]:
    rows = tables if isinstance(tables, list) else []
    return {row[key]: row for row in rows if isinstance(row, dict) and isinstance(row.get(key), str)}


def _checkins(shipped: Mapping[str, dict[str, Any]], given: Any, own: bool, found: Found) -> Any:
    if not isinstance(given, list):
        return given
    return [_checkin(shipped, table, own, ("checkins", number), found) for number, table in enumerate(given)]


def _checkin(shipped: Mapping[str, dict[str, Any]], given: Any, own: bool, place: Place, found: Found) -> Any:
    if not isinstance(given, dict):
        return given
    known = shipped.get(given["id"], {}) if own and isinstance(given.get("id"), str) else {}
    # Somebody who writes a check-in down wants it sent, although the shipped one may be switched off.
    inherited = {key: value for key, value in known.items() if key != "enabled"}
    if "remind_after" not in given and _ends_before_reminder(inherited, given):
        inherited.pop("remind_after")
    whole = {**inherited, **given}
    if "items" in given and isinstance(given["items"], list):
        # Of a list of other items, a number to draw and a scale's key say nothing.
        whole = {k: v for k, v in whole.items() if k not in ("draw", "scale") or k in given}
    if isinstance(whole.get("items"), list):
        whole["items"] = [_item(item, (*place, "items", n), found) for n, item in enumerate(whole["items"])]
    return whole


def _ends_before_reminder(inherited: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    try:
        return parse_duration(inherited["remind_after"]) >= parse_duration(given["expires_after"])
    except (KeyError, ValueError):
        return False


def _item(given: Any, place: Place, found: Found) -> Any:
    if not isinstance(given, str):
        return given
    builtin = builtin_items()
    if given in builtin:
        return dict(builtin[given])
    # Looking for a like word takes a millisecond: in a report too long to be shown it is left out.
    near = guess(given, builtin) if len(found) < SHOWN else ""
    found.append((place, f"unknown item {given[:40]!r}{near}; write an own item as a table"))
    # Keeps the positions of the others; the file is refused anyway.
    return {"id": f"unknown_{len(found)}", "kind": "count", "text": "0"}


def guess(word: str, known: Iterable[str]) -> str:
    """Return " (is it …?)" with the known word that is most like this one, or nothing."""
    near = difflib.get_close_matches(word[:40], list(known), n=1)
    return f" (is it {near[0]!r}?)" if near else ""


def _policies(shipped: list[dict[str, Any]], given: Any) -> Any:
    if not isinstance(given, list):
        return given
    known = _by("level", shipped)
    whole = [_policy(known, table) for table in given]
    return whole + [policy for level, policy in known.items() if level not in _by("level", given)]


def _policy(known: Mapping[str, dict[str, Any]], given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    shipped = known.get(given["level"], {}) if isinstance(given.get("level"), str) else {}
    return {**{key: value for key, value in shipped.items() if key in INHERITED_OF_POLICIES}, **given}
