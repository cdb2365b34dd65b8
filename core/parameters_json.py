"""Parameters as plain values and back: numbers, texts, lists and tables, durations in hours."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from math import isfinite
from typing import Any, TypeVar, cast

T = TypeVar("T")
UNITS = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "d": 24.0}


class BadParameter(ValueError):
    """A parameter that cannot be used; the message names its key and says what is expected."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place or 'scoring'}: {fault}")


def write_parameters(value: Any) -> Any:
    """Return `value`, a parameter or a dataclass of them, as plain values."""
    if is_dataclass(value):
        return {field.name: write_parameters(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [write_parameters(one) for one in value]
    if isinstance(value, timedelta):
        return value / timedelta(hours=1)
    return value


def read_parameters(default: T, data: Mapping[str, Any], place: str = "") -> T:
    """Return `default` with `data` laid over it, key by key, or raise ValueError with the place of the fault."""
    if not isinstance(data, Mapping):
        raise BadParameter(place, "a table is expected")
    names = [field.name for field in fields(cast("Any", default))]
    unknown = sorted(set(data) - set(names))
    if unknown:
        raise BadParameter(_join(place, unknown[0]), f"unknown; it is one of {', '.join(names)}")
    changes = {name: _value(getattr(default, name), given, _join(place, name)) for name, given in data.items()}
    try:
        return cast("T", replace(cast("Any", default), **changes))
    except ValueError as fault:
        raise BadParameter(place, str(fault)) from None


def _value(default: Any, given: Any, place: str) -> Any:
    if is_dataclass(default):
        return read_parameters(default, given, place)
    if isinstance(default, tuple):
        return _tuple(default, given, place)
    if isinstance(default, timedelta):
        return _duration(given, place)
    if isinstance(default, str):
        if not isinstance(given, str):
            raise BadParameter(place, "a text is expected")
        return given
    if isinstance(given, bool) or not isinstance(given, int | float) or not isfinite(given):
        raise BadParameter(place, "a number is expected")
    if isinstance(default, int):
        if not isinstance(given, int):
            raise BadParameter(place, "a whole number is expected")
        return given
    return float(given)


def _tuple(default: tuple[Any, ...], given: Any, place: str) -> tuple[Any, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise BadParameter(place, "a list is expected")
    if not is_dataclass(default[0]):
        return tuple(_value("", one, f"{place}[{number}]") for number, one in enumerate(given))
    # A list of tables replaces the whole default: each table stands for itself.
    rows = []
    for number, one in enumerate(given):
        where = f"{place}[{number}]"
        if not isinstance(one, Mapping) or not {"item", "weight", "span"} <= set(one):
            raise BadParameter(where, "a table with item, weight and span is expected")
        blank = replace(cast("Any", default[0]), unit="", free=0.0)
        rows.append(read_parameters(blank, one, where))
    return tuple(rows)


def _duration(given: Any, place: str) -> timedelta:
    """Read "216h", "42d", or a number of hours."""
    text = given if isinstance(given, str) else f"{given}h"
    try:
        return timedelta(hours=float(text[:-1]) * UNITS[text[-1:]])
    except (ValueError, KeyError, OverflowError):
        raise BadParameter(place, "a duration such as 216h or 42d is expected") from None


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
