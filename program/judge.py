"""Judging the whole of a program file: its form, then what its keys are to each other, in one report."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from program.checks import check
from program.complete import Found
from program.faults import SHOWN, Place
from program.messages import faults_of
from program.schema import ProgramTable
from program.shipped import read_shipped


def judge(whole: Mapping[str, Any]) -> tuple[ProgramTable | None, Found]:
    """Return the judged program, or None and every fault with its place."""
    try:
        table = ProgramTable.model_validate(dict(whole))
    except ValidationError as error:
        faults = faults_of(error)
        # A report that is too long to be shown whole needs no more.
        further = _further_faults(whole, [place for place, _ in faults]) if len(faults) <= SHOWN else []
        return None, faults + further
    faults = check(table)
    return (None if faults else table), faults


def _further_faults(whole: Mapping[str, Any], faulty: Sequence[Place]) -> Found:
    """Compare the keys of what has the right form, so that one report names all there is to correct.

    What the schema refused is set to something harmless, and nothing more is said about it.
    """
    mended = dict(whole)
    silent = [_mend(mended, place) for place in faulty]
    try:
        table = ProgramTable.model_validate(mended)
    except ValidationError:
        return []
    return [(place, reason) for place, reason in check(table) if not any(place[: len(s)] == s for s in silent)]


def _mend(whole: dict[str, Any], place: Place) -> Place:
    """Set what is at the place, or around it, to something harmless; return what was set."""
    match place:
        case ("checkins", int() as number, "items", int() as position, *_):
            items = list(whole["checkins"][number]["items"])
            items[position] = _harmless_item(items[position], position)
            _set_checkin(whole, number, {**whole["checkins"][number], "items": items})
            return place[:4]
        case ("checkins", int() as number, str() as key, *_):
            rest = {name: value for name, value in whole["checkins"][number].items() if name != key}
            _set_checkin(whole, number, _harmless_checkin(number) | rest)
            return place[:3]
        case ("checkins", int() as number):
            _set_checkin(whole, number, _harmless_checkin(number))
            return place
        case (str() as key, *_):
            whole.pop(key, None)
            shipped = read_shipped("default")
            whole.update({key: shipped[key]} if key in shipped else {})
            return place[:1]
        case _:
            return place


def _set_checkin(whole: dict[str, Any], number: int, checkin: dict[str, Any]) -> None:
    checkins = list(whole["checkins"])
    checkins[number] = checkin
    whole["checkins"] = checkins


def _harmless_checkin(number: int) -> dict[str, Any]:
    return {"id": f"x{number}", "title": "0", "expires_after": "3660d", "items": [_harmless_item(None, 0)]}


def _harmless_item(given: Any, position: int) -> dict[str, Any]:
    named = given["id"] if isinstance(given, dict) and isinstance(given.get("id"), str) else ""
    return {"id": named if named.isidentifier() and named.islower() else f"x{position}", "kind": "count", "text": "0"}
