"""Any update that the Bot API describes, made from the facts, and the same with something wrong in it."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from benchmarks.fuzz.words import Pen
from emulator.contract import FACTS

DEEPEST: Final = 4
# The word that tells the members of a union apart, where it is not the member's own name.
STATUSES: Final = {
    "ChatMemberOwner": "creator",
    "ChatMemberAdministrator": "administrator",
    "ChatMemberMember": "member",
    "ChatMemberRestricted": "restricted",
    "ChatMemberLeft": "left",
    "ChatMemberBanned": "kicked",
}
CHAT_TYPES: Final = ("private", "private", "private", "group", "supergroup", "channel", "sender", "of tomorrow")


class Shapes:
    """Makes values of the Bot API's types."""

    def __init__(self, facts: Mapping[str, Any], dice: random.Random) -> None:
        self._types: Mapping[str, Mapping[str, str]] = facts["types"]
        self._unions: Mapping[str, list[str]] = facts["unions"]
        self._dice = dice
        self._pen = Pen(dice)
        self.kinds = tuple(kind for kind in self._types["Update"] if kind != "update_id")

    def update(self, number: int, kind: str) -> dict[str, Any]:
        """Return an update of a kind with whatever the types allow."""
        spec = self._types["Update"][kind].rstrip("!")
        return {"update_id": number, kind: self.value(spec)}

    def value(self, spec: str, depth: int = 0) -> Any:
        """Return a value of a type as the facts write it: `A|B`, `Array of X`, a name."""
        dice = self._dice
        if spec.startswith("Array of "):
            inner = spec.removeprefix("Array of ")
            return [self.value(inner, depth + 1) for _ in range(dice.choice((0, 1, 1, 2)) if depth < DEEPEST else 0)]
        if "|" in spec or "+" in spec:
            return self.value(dice.choice(re.split(r"[|+]", spec)), depth)
        if spec in self._unions:
            return self._member(spec, depth)
        if spec in self._types:
            return self._table(spec, depth)
        return self._plain(spec)

    def _plain(self, spec: str) -> Any:
        dice = self._dice
        match spec:
            case "Integer":
                return dice.choice((1, 7, 1_790_000_000, self._pen.number()))
            case "Float":
                return dice.choice((0.0, -1.5, 1e308, 3))
            case "Boolean":
                return dice.random() < 0.5
            case "True":
                return True
            case _:
                return self._pen.text()

    def _member(self, union: str, depth: int) -> Any:
        member = self._dice.choice(self._unions[union])
        found = self.value(member, depth)
        if isinstance(found, dict):
            tag = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", member.removeprefix(union)).lower()
            for name in ("type", "source"):
                if name in found:
                    found[name] = tag
            if "status" in found:
                found["status"] = STATUSES.get(member, tag)
        return found

    def _table(self, name: str, depth: int) -> dict[str, Any]:
        share = (0.35, 0.25, 0.15, 0.05)[depth] if depth < DEEPEST else 0.0
        found = {}
        for field, spec in self._types[name].items():
            if (spec.endswith("!") and depth < 8) or self._dice.random() < share:
                found[field] = self.value(spec.rstrip("!"), depth + 1)
        if name == "Chat":
            found["type"] = self._dice.choice(CHAT_TYPES)
        return found


def facts() -> Mapping[str, Any]:
    """Return the facts of the Bot API that the emulator keeps."""
    read: Mapping[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return read


def as_sent(update: dict[str, Any]) -> dict[str, Any] | None:
    """Return an update as JSON brings it; None when JSON cannot hold it."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(update))
    except (ValueError, RecursionError):
        return None
    return found


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a nested value: its container and its key or index."""
    waiting = [value]
    while waiting:
        container = waiting.pop()
        entries = container.items() if isinstance(container, dict) else enumerate(container)
        for key, inner in list(entries):
            yield container, key
            if isinstance(inner, dict | list):
                waiting.append(inner)


def mutated(update: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Put something wrong into an update, in place: up to three things."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        found = list(places(update))
        if not found:
            break  # nothing is left of it
        container, key = dice.choice(found)
        if key == "update_id" and dice.random() < 0.9:
            continue  # it would never get past the door
        dice.choice(MUTATIONS)(container, key, dice)
    return update


def _drop(container: Any, key: Any, _dice: random.Random) -> None:
    del container[key]


def _other_kind(container: Any, key: Any, dice: random.Random) -> None:
    container[key] = dice.choice((None, True, 0, 1.5, "", "x", [], {}, [[]], {"": None}, float("nan"), float("inf")))


def _odd_text(container: Any, key: Any, dice: random.Random) -> None:
    container[key] = Pen(dice).text()


def _odd_number(container: Any, key: Any, dice: random.Random) -> None:
    container[key] = Pen(dice).number()


def _deep(container: Any, key: Any, dice: random.Random) -> None:
    inner: Any = container[key]
    for _ in range(dice.choice((5, 60, 900, 3_000))):
        inner = {"reply_to_message": inner} if dice.random() < 0.5 else [inner]
    container[key] = inner


def _unknown(container: Any, _key: Any, dice: random.Random) -> None:
    if isinstance(container, dict):
        container[f"of_tomorrow_{dice.randrange(9)}"] = Pen(dice).text()


def _twice(container: Any, key: Any, _dice: random.Random) -> None:
    container[key] = [container[key], container[key]]


MUTATIONS: Final[tuple[Callable[[Any, Any, random.Random], None], ...]] = (
    _drop,
    _drop,
    _other_kind,
    _other_kind,
    _odd_text,
    _odd_number,
    _deep,
    _unknown,
    _twice,
)
