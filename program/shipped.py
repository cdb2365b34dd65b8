"""The built-in items and the words of the response scale, as plain data that a program file is completed with."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

ITEM_FILES: Final = ("pulse", "weekly", "practice", "monthly")


def read_shipped(name: str) -> dict[str, Any]:
    """Return a shipped TOML file of this package, such as `default` or `items/pulse`, as plain data."""
    return tomllib.loads(shipped_text(name))


def shipped_text(name: str) -> str:
    """Return the text of a shipped TOML file of this package."""
    return files("program").joinpath(*f"{name}.toml".split("/")).read_text(encoding="utf-8")


@cache
def builtin_items() -> Mapping[str, Mapping[str, Any]]:
    """Return every built-in item by id."""
    return MappingProxyType(
        {item["id"]: item for name in ITEM_FILES for item in read_shipped(f"items/{name}")["items"]}
    )


@cache
def response_scale() -> tuple[Mapping[str, Any], ...]:
    """Return the options of a scale from 0 to 4 that names none: not at all … very much."""
    return tuple(read_shipped("items/response")["options"])
