"""Reading the `[scoring]` tables: the fields of `core.parameters.ScoringParameters` are their keys."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from core.parameters import ScoringParameters
from program.complete import Found, guess
from program.durations import parse_duration, write_duration
from program.faults import SHOWN, Place

T = TypeVar("T")

# What follows from other parts of the file is not said twice: the keys, and where to say it instead.
SAID_ELSEWHERE: Final[Mapping[Place, str]] = MappingProxyType(
    {
        ("pulse", "items"): "the scored scale items of the check-in with the id pulse count",
        ("pulse", "reversed"): "an item says itself whether it is reversed",
        ("weekly_scale", "items"): "the scored scale items of the check-in with the id weekly count",
        ("weekly_scale", "reversed"): "an item says itself whether it is reversed",
        ("boundaries",): "boundary_kinds says how urgent each kind is",
    }
)


def read_scoring(default: ScoringParameters, given: Mapping[str, Any], found: Found) -> ScoringParameters:
    """Return `default` with the given keys laid over it; what cannot be used is added to `found`, with its place."""
    return _table(default, given, ("scoring",), found)


def _table(default: T, given: Any, place: Place, found: Found) -> T:
    if not isinstance(given, dict):
        found.append((place, "must be a table"))
        return default
    names = [field.name for field in fields(cast("Any", default))]
    before = len(found)
    changes = {}
    for key, value in given.items():
        elsewhere = SAID_ELSEWHERE.get((*place[1:], key))
        if key not in names:
            near = guess(key, names) if len(found) < SHOWN else ""
            found.append(((*place, key), f"unknown key{near}; known here: {', '.join(names)}"))
        elif elsewhere:
            found.append(((*place, key), f"cannot be set here: {elsewhere}"))
        else:
            changes[key] = _value(getattr(default, key), value, (*place, key), found)
    if len(found) > before:
        return default
    try:
        return cast("T", replace(cast("Any", default), **changes))
    except ValueError as fault:
        found.append((place, str(fault)))
        return default


def _value(default: Any, given: Any, place: Place, found: Found) -> Any:
    if is_dataclass(default):
        return _table(default, given, place, found)
    if isinstance(default, tuple):
        return _list(default, given, place, found)
    try:
        return _single(default, given)
    except ValueError as fault:
        found.append((place, str(fault)))
        return default


def _single(default: Any, given: Any) -> Any:
    if isinstance(default, timedelta):
        return parse_duration(given)
    if isinstance(default, str):
        if not isinstance(given, str):
            raise ValueError("must be a text in quotes")  # noqa: TRY004 (a fault of the file, not of a caller)
        return given
    if isinstance(given, bool) or not isinstance(given, int | float) or not -1e6 <= given <= 1e6:
        raise ValueError("must be a number from -1000000 to 1000000")
    if isinstance(default, float):
        return float(given)
    if given != int(given):
        raise ValueError("must be a whole number")
    return int(given)


def _list(default: tuple[Any, ...], given: Any, place: Place, found: Found) -> Any:
    """Read a list of tables: it replaces the whole default, and a table left out of it does not count."""
    if not isinstance(given, list) or not 1 <= len(given) <= 20:
        found.append((place, "must be a list of 1 to 20 tables"))
        return default
    rows = []
    for number, table in enumerate(given):
        at = (*place, number)
        missing = [key for key in ("item", "weight", "span") if isinstance(table, dict) and key not in table]
        found.extend((at, f"{key} is missing") for key in missing)
        rows.append(_table(replace(default[0], unit="", free=0.0), table, at, found))
    return tuple(rows)


def scoring_tables(parameters: ScoringParameters) -> dict[str, Any]:
    """Return the parameters as `[scoring]` tables, durations as texts; `read_scoring` is the inverse."""
    return cast("dict[str, Any]", _plain(parameters, ()))


def _plain(value: Any, place: Place) -> Any:
    if is_dataclass(value):
        names = [field.name for field in fields(value) if (*place, field.name) not in SAID_ELSEWHERE]
        return {name: _plain(getattr(value, name), (*place, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(one, (*place, 0)) for one in value]
    return write_duration(value) if isinstance(value, timedelta) else value
