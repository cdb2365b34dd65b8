"""The Bot API's methods, parameters and types as facts, and the check of values against them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from emulator.errors import ContractBroken

FACTS = Path(__file__).parent / "bot_api.json"

# A check returns what is wrong with a value ("path: reason"), or None.
Check = Callable[[object, str], str | None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method."""

    name: str
    type: str
    required: bool
    check: Check


def _integer(value: object, path: str) -> str | None:
    return None if type(value) is int else f"{path}: an Integer is expected"


def _float(value: object, path: str) -> str | None:
    return None if type(value) in (int, float) else f"{path}: a Float is expected"


def _string(value: object, path: str) -> str | None:
    return None if isinstance(value, str) else f"{path}: a String is expected"


def _boolean(value: object, path: str) -> str | None:
    return None if isinstance(value, bool) else f"{path}: a Boolean is expected"


def _true(value: object, path: str) -> str | None:
    return None if value is True else f"{path}: True is expected"


def _file(value: object, path: str) -> str | None:
    return None if isinstance(value, Upload) else f"{path}: an uploaded file is expected"


_PLAIN: Mapping[str, Check] = {
    "Integer": _integer,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "True": _true,
    "InputFile": _file,
}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Contract:
    """The facts of one version of the Bot API, made ready for checking once."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.version: str = facts["version"]
        self.returns: Mapping[str, str] = facts["returns"]
        self._unions: Mapping[str, list[str]] = facts["unions"]
        self._types: Mapping[str, Mapping[str, str]] = facts["types"]
        self._checks: dict[str, Check] = dict(_PLAIN)
        self.methods: dict[str, dict[str, Parameter]] = {
            method: {
                name: Parameter(name, kind.rstrip("!"), kind.endswith("!"), self.check_for(kind.rstrip("!")))
                for name, kind in parameters.items()
            }
            for method, parameters in facts["methods"].items()
        }
        self._spelling = {method.lower(): method for method in self.methods}
        self.update_kinds = frozenset(self._types["Update"]) - {"update_id"}

    def method_named(self, name: str) -> str:
        """Return the method's own spelling (the Bot API ignores case), or raise ContractBroken."""
        try:
            return self._spelling[name.lower()]
        except KeyError:
            raise ContractBroken(404, "Not Found: method not found") from None

    def check_for(self, kind: str) -> Check:
        """Return the check of a type as the facts write it: `A|B`, `Array of X`, a name."""
        if (known := self._checks.get(kind)) is None:
            # Registered before it is built: types refer to themselves.
            self._checks[kind] = partial(self._check_later, kind)
            self._checks[kind] = known = self._build(kind)
        return known

    def _check_later(self, kind: str, value: object, path: str) -> str | None:
        return self._checks[kind](value, path)

    def _build(self, kind: str) -> Check:
        if kind.startswith("Array of "):
            return self._array(kind.removeprefix("Array of "))
        if "|" in kind or "+" in kind:
            return self._either(kind, re.split(r"[|+]", kind))
        if kind in self._unions:
            return self._either(kind, self._unions[kind])
        if kind in self._types:
            return self._object(kind)
        raise ValueError(f"{FACTS.name} does not explain the type {kind!r}")

    def _array(self, kind: str) -> Check:
        item = self.check_for(kind)

        def check(value: object, path: str) -> str | None:
            if not isinstance(value, list):
                return f"{path}: an Array of {kind} is expected"
            for number, element in enumerate(value):
                if wrong := item(element, f"{path}[{number}]"):
                    return wrong
            return None

        return check

    def _either(self, kind: str, members: list[str]) -> Check:
        checks = [(member, self.check_for(member)) for member in members]
        tags = {member: _snake(member.removeprefix(kind)) for member in members if member.startswith(kind)}

        def check(value: object, path: str) -> str | None:
            reasons = []
            for member, try_member in checks:
                if (wrong := try_member(value, path)) is None:
                    if isinstance(value, dict) and member in tags and value.get("type", tags[member]) != tags[member]:
                        continue
                    return None
                reasons.append(wrong)
            # The member that understood most of the value knows best what is wrong with it.
            deeper = [wrong for wrong in reasons if not wrong.startswith(f"{path}:")]
            return deeper[0] if deeper else f"{path}: one of {', '.join(members)} is expected"

        return check

    def _object(self, kind: str) -> Check:
        fields = {name: self.check_for(spec.rstrip("!")) for name, spec in self._types[kind].items()}
        required = [name for name, spec in self._types[kind].items() if spec.endswith("!")]

        def check(value: object, path: str) -> str | None:
            if not isinstance(value, dict):
                return f"{path}: {kind} is expected"
            for name in required:
                if name not in value:
                    return f"{path}: {kind} needs the field {name!r}"
            for name, inner in value.items():
                if (field := fields.get(name)) is None:
                    return f"{path}: {kind} has no field {name!r}"
                if wrong := field(inner, f"{path}.{name}"):
                    return wrong
            return None

        return check

    def fault_in(self, kind: str, value: object) -> str | None:
        """Return what is wrong with a value of that type, or None."""
        return self.check_for(kind)(value, kind)

    def read(self, method: str, raw: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Upload]]:
        """Turn what came over the wire into typed parameters and attached files, or raise ContractBroken.

        Forms carry text: numbers, booleans and nested values are written as JSON in it.
        """
        parameters = self.methods[method]
        values: dict[str, Any] = {}
        attached: dict[str, Upload] = {}
        for name, value in raw.items():
            if isinstance(value, Upload) and name not in parameters:
                attached[name] = value
                continue
            if (parameter := parameters.get(name)) is None:
                raise ContractBroken(400, f"Bad Request: {method} has no parameter {name!r}")
            values[name] = typed = _decoded(value, parameter)
            if wrong := parameter.check(typed, name):
                raise ContractBroken(400, f"Bad Request: {method}: wrong parameter: {wrong}")
        for parameter in parameters.values():
            if parameter.required and parameter.name not in values:
                raise ContractBroken(400, f"Bad Request: {method}: parameter {parameter.name!r} is required")
        for name in attached:
            if f'"attach://{name}"' not in json.dumps(list(values.values()), default=str):
                raise ContractBroken(400, f"Bad Request: {method}: nothing refers to the file {name!r}")
        return values, attached


def _decoded(value: object, parameter: Parameter) -> object:
    """Return the value that a text stands for; what does not decode stays text and fails its check."""
    if not isinstance(value, str) or parameter.type in ("String", "InputFile|String"):
        return value
    if parameter.type == "Integer|String" and not re.fullmatch(r"-?\d+", value):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


@cache
def bot_api() -> Contract:
    """Return the contract of the Bot API that is kept with the emulator."""
    return Contract(json.loads(FACTS.read_text("utf-8")))
