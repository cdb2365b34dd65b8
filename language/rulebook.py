"""Reads and checks the data files that say what is looked for in a note."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from language.fold import fold_words
from language.patterns import BadPattern, Web
from language.reading import FlagKind, Urgency
from language.repair import Repair

RULE_FILES: Final = (
    "risk_en.toml",
    "risk_es.toml",
    "wider_en.toml",
    "wider_es.toml",
    "wider.toml",
    "relapse.toml",
    "help.toml",
    "boundary.toml",
    "context.toml",
)


class Marker(StrEnum):
    """What the words around a match may say about it."""

    IDIOM = "idiom"
    PAST = "past"
    PRESENT = "present"  # takes `past` back
    TRAINING = "training"
    JOKE = "joke"
    SERIOUS = "serious"  # takes `joke` back
    PSEUDO = "pseudo"  # a denial that denies nothing
    ASKED = "asked"
    LATER = "later"  # help is wanted, and can wait
    SOON = "soon"  # takes `later` back
    TOOL = "tool"  # a thing was used, not a drug
    CLIENT_NEEDS = "client_needs"


class Whose(StrEnum):
    """How the person whom a match speaks of is found."""

    SUBJECT = "subject"  # the nearest person named before it; nobody = the writer
    WRITER = "writer"  # the words themselves say "I", unless they are quoted
    SOMEBODY = "somebody"  # never the writer: a person who is supported, or someone else
    VICTIM = "victim"  # like `somebody`, and a child is someone else
    AGGRESSOR = "aggressor"  # the writer, then another is at risk; or a person who is supported


SOFTENERS: Final = frozenset({"negation", "past", "joke", "asked", "reported", "training", "client_needs"})
RISK_SOFTENERS: Final = SOFTENERS - {"training", "client_needs"}
RULE_KEYS: Final = frozenset(
    {
        "id",
        "kind",
        "urgency",
        "third",
        "nobody",
        "whose",
        "category",
        "covers",
        "at_end",
        "softened_by",
        "patterns",
        "comment",
    }
)


class BadRule(ValueError):
    """A data file of the reading is not as it must be."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for, and what it means when it is found."""

    id: str
    kind: FlagKind
    urgency: Urgency
    category: str
    whose: Whose
    third_urgency: Urgency  # when it is somebody else
    nobody_is_writer: bool  # who is meant when no person is named
    at_end: bool  # counts only where a pause or the end follows
    covers: bool  # a match replaces smaller matches inside it
    softened_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class People:
    """The words by which a sentence is weighed."""

    negators: frozenset[str]
    fillers: frozenset[str]
    turns: frozenset[str]
    self_words: frozenset[str]
    third_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that is looked for. `meanings[i]` belongs to the patterns that were added with index i."""

    web: Web
    meanings: tuple[Rule | Marker, ...]
    patterns: Mapping[str, tuple[str, ...]]  # by the id of the rule, for tests and for review
    people: People
    repair: Repair


def read_toml(name: str) -> dict[str, Any]:
    """Return a data file of `language/rules`."""
    return tomllib.loads(resources.files("language.rules").joinpath(name).read_text("utf-8"))


@cache
def rulebook() -> Rulebook:
    """Return the rules, read at the first call. Raises BadRule or BadPattern with the place of a fault."""
    web = Web()
    web.add_classes(read_toml("classes.toml")["classes"])
    meanings: list[Rule | Marker] = []
    patterns: dict[str, tuple[str, ...]] = {}
    for name in RULE_FILES:
        for raw in read_toml(name)["rules"]:
            place = f"{name}: rule {raw.get('id', '?')}"
            if raw.get("id") in patterns or not raw.get("patterns") or not raw.get("comment"):
                raise BadRule(f"{place}: needs an id of its own, patterns and a comment")
            meanings.append(_meaning(raw, place))
            patterns[raw["id"]] = tuple(raw["patterns"])
            for pattern in raw["patterns"]:
                try:
                    web.add(pattern, len(meanings) - 1)
                except BadPattern as fault:
                    raise BadRule(f"{place}: {fault}") from None
    web.settle()
    people = _people(read_toml("people.toml"))
    repair = Repair.from_data(read_toml("repair.toml"), web.vocabulary | people.negators | people.fillers)
    return Rulebook(web, tuple(meanings), patterns, people, repair)


def _meaning(raw: Mapping[str, Any], place: str) -> Rule | Marker:
    """Return the rule or marker of one table, or raise BadRule."""
    try:
        if "marker" in raw:
            return Marker(raw["marker"])
        if unknown := set(raw) - RULE_KEYS:
            raise BadRule(f"{place}: unknown {', '.join(sorted(unknown))}")
        softened_by = frozenset(raw.get("softened_by", RISK_SOFTENERS))
        if not softened_by <= SOFTENERS:
            raise BadRule(f"{place}: softened_by may name {', '.join(sorted(SOFTENERS))}")
        kind = FlagKind(raw["kind"])
        return Rule(
            id=raw["id"],
            kind=kind,
            urgency=Urgency(raw["urgency"]),
            category=raw["category"],
            whose=Whose(raw.get("whose", "subject" if kind in _PERSONAL else "writer")),
            third_urgency=Urgency(raw.get("third", raw["urgency"])),
            nobody_is_writer={"self": True, "client": False}[raw.get("nobody", "self")],
            at_end=raw.get("at_end", False),
            covers=raw.get("covers", False),
            softened_by=softened_by,
        )
    except (KeyError, ValueError) as fault:
        raise BadRule(f"{place}: {fault}") from None


_PERSONAL: Final = frozenset({FlagKind.SELF_RISK, FlagKind.CLIENT_RISK, FlagKind.RELAPSE})


def _people(raw: Mapping[str, Any]) -> People:
    """Return the word lists of `people.toml`, folded."""
    lists = [raw["negators"], raw["fillers"], raw["turns"], raw["subject"]["self"], raw["subject"]["third"]]
    return People(*(frozenset(fold_words(word) for word in words) for words in lists))
