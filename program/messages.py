"""The words for what the schema refuses, in terms of the file and not of the library that found it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType, UnionType
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from program.complete import guess
from program.faults import SHOWN, Place
from program.fields import SAME_EVERYWHERE
from program.schema import ProgramTable

Context = Mapping[str, Any]

ANY_LANGUAGE: Final = f"'{SAME_EVERYWHERE}', "

PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"^[a-z][a-z0-9_]{0,31}$": "must be an id: small letters, digits and _, a letter first, at most 32",
        r"^[a-z0-9][a-z0-9_.]{0,31}$": "must be a value: small letters, digits, _ and ., at most 32",
        r"^[A-Z]{2}$": "must be a country code of two capital letters, such as US",
        r"^\+?[0-9][0-9 ()-]{1,30}$": 'must be a phone number as it is dialed, such as "988"',
    }
)
WORDS: Final[Mapping[str, Callable[[Context], str]]] = MappingProxyType(
    {
        "missing": lambda _: "is missing",
        "bool_type": lambda _: "must be true or false",
        "int_type": lambda _: "must be a whole number",
        "string_type": lambda _: "must be a text in quotes",
        "list_type": lambda _: "must be a list",
        "dict_type": lambda _: "must be a table",
        "model_type": lambda _: "must be a table",
        "literal_error": lambda context: f"must be {context['expected'].replace(ANY_LANGUAGE, '')}",
        "greater_than_equal": lambda context: f"must be at least {context['ge']}",
        "less_than_equal": lambda context: f"must be at most {context['le']}",
        "too_short": lambda context: f"must have at least {_entries(context['min_length'])}",
        "too_long": lambda context: f"must have at most {_entries(context['max_length'])}",
        "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
        "string_pattern_mismatch": lambda context: PATTERNS[context["pattern"]],
        "value_error": lambda context: str(context["error"]),
    }
)


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def faults_of(error: ValidationError) -> list[tuple[Place, str]]:
    """Return what the schema refused, with places as in the file."""
    return [
        _fault(one["type"], one["loc"], one.get("ctx", {}), number < SHOWN)
        for number, one in enumerate(error.errors(include_url=False, include_input=False))
    ]


def _fault(kind: str, loc: Place, context: Context, shown: bool) -> tuple[Place, str]:
    place = tuple(part for part in loc if part != "[key]")
    if kind == "extra_forbidden":
        known = _keys_at(place[:-1])
        # Looking for a like word takes a millisecond: in a report too long to be shown it is left out.
        near = guess(str(place[-1]), known) if shown else ""
        return place, f"unknown key{near}; known here: {', '.join(known)}"
    return place, WORDS[kind](context)


def _keys_at(place: Iterable[str | int]) -> list[str]:
    table: type[BaseModel] = ProgramTable
    for part in place:
        field = next((f for name, f in table.model_fields.items() if part in (name, f.alias)), None)
        inner = field and _table_in(field.annotation)
        table = inner or table
    return [field.alias or name for name, field in table.model_fields.items()]


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = get_args(annotation) if get_args(annotation) or isinstance(annotation, UnionType) else ()
    return next((found for found in map(_table_in, inner) if found), None)
