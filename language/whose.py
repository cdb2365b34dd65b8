"""Whose a match is: the writer's, a supported person's, or somebody else's."""

from typing import Final

from language.context import Context, Match
from language.reading import FlagKind, Urgency
from language.rulebook import Whose

LOOK_BACK: Final = 24
SAYS_BACK: Final = 8
POSSESSIVE: Final = frozenset(
    {"my", "mi", "mis", "our", "a", "an", "un", "una", "nuestro", "nuestra", "another", "otro", "otra"}
)
WRITER_INSIDE: Final = frozenset({"myself", "my", "i", "im", "me", "id", "ill", "ive", "mi", "ima"})
OTHER_OWNED: Final = frozenset({"himself", "herself", "themselves", "theirself", "hisself", "his", "her", "their"})
OTHER_INSIDE: Final = OTHER_OWNED | {"he", "she", "they", "hes", "shes", "theyre", "him", "them"}
SAID_BY_WRITER: Final = frozenset({"i", "im", "ive", "id", "yo", "we"})


def attribute(match: Match, context: Context) -> tuple[FlagKind, Urgency, bool]:
    """Return whose the match is as a kind, its urgency before softening, and whether it was reported speech."""
    rule = match.rule
    if rule.kind in (FlagKind.BOUNDARY, FlagKind.HELP_REQUEST):
        return rule.kind, rule.urgency, False
    reported = rule.kind is FlagKind.SELF_RISK and is_reported(match, context)
    match rule.whose:
        case Whose.WRITER:
            of_writer = not reported
        case Whose.SUBJECT | Whose.AGGRESSOR:
            of_writer = not reported and speaks_of_writer(match, context)
        case Whose.SOMEBODY | Whose.VICTIM:
            of_writer = False
    if of_writer:
        return rule.kind, rule.urgency, False
    return relation(match, context), rule.third_urgency, reported


def speaks_of_writer(match: Match, context: Context) -> bool:
    """Say whether the person inside or nearest before the match is the writer."""
    words, people = context.words.words, context.people
    aggressor = match.rule.whose is Whose.AGGRESSOR
    named = any(context.is_class(words[match.first], name) for name in ("client", "family"))
    if not aggressor:
        inside = words[match.first : match.after]
        if OTHER_OWNED.intersection(inside) and not SAID_BY_WRITER.intersection(inside):
            return False
        if WRITER_INSIDE.intersection(inside):
            return True
        if OTHER_INSIDE.intersection(inside):
            return False
    elif words[match.first] in OTHER_INSIDE or named:
        return False
    start, _ = context.sentence(match.first)
    for place in range(match.first - 1, max(start - 1, match.first - LOOK_BACK), -1):
        word = words[place]
        if word == "me" and place > start and not context.is_class(words[place - 1], "says"):
            return True
        if word == "i" and context.is_class(words[place + 1], "serves"):
            continue  # "the man I mentor": the man is meant
        if word in people.self_words and (word not in ("me", "my") or (place == match.first - 1 and not named)):
            return True
        if word in people.third_words or context.is_class(word, "client"):
            return False
        if context.is_class(word, "family") and is_owned(words, place):
            return False
    return match.rule.nobody_is_writer


def is_reported(match: Match, context: Context) -> bool:
    """Say whether the match repeats what somebody else said in the first person."""
    words = context.words
    start, _ = context.sentence(match.first)
    for place in range(match.first - 1, max(start - 1, match.first - SAYS_BACK), -1):
        if not context.is_class(words.words[place], "says"):
            continue
        before = range(max(start, place - 3), place)
        # "The kid I mentor texted …": the kid did.
        if any(
            words.words[near] in SAID_BY_WRITER and not context.is_class(words.words[near + 1], "serves")
            for near in before
        ):
            return False
        return words.quoted[match.first] or match.first - place <= 2
    return False


def is_owned(words: list[str], place: int) -> bool:
    """Say whether "my", "a" or the like stands one or two words before a place ("my older brother")."""
    return any(near in POSSESSIVE for near in words[max(0, place - 2) : place])


def relation(match: Match, context: Context) -> FlagKind:
    """Return client_risk or other_risk by the nearest person named; one without a relation is a supported person."""
    words = context.words.words
    victim = match.rule.whose is Whose.VICTIM
    _, end = context.sentence(match.first)
    before = range(match.first - 1, max(-1, match.first - 2 * LOOK_BACK), -1)
    after = range(match.after, min(end, match.after + SAYS_BACK))
    for place in (*range(match.first, match.after), *before, *after):
        word = words[place]
        owned = is_owned(words, place) and not context.is_class(words[place - 1], "client")
        if victim and context.is_class(word, "child"):
            return FlagKind.OTHER_RISK
        if owned and (context.is_class(word, "family") or context.is_class(word, "child")):
            return FlagKind.OTHER_RISK
        if context.is_class(word, "client"):
            return FlagKind.CLIENT_RISK
    if match.rule.whose is Whose.AGGRESSOR:
        return FlagKind.CLIENT_RISK
    return match.rule.kind if match.rule.kind is FlagKind.OTHER_RISK else FlagKind.CLIENT_RISK
