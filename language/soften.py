"""What lowers a match: denial, the past, a joke, a fixed phrase, training, a question. None removes a flag."""

from collections.abc import Iterable
from typing import Final

from language.context import Context, Match
from language.reading import FlagKind, Urgency
from language.rulebook import Marker
from language.words import Break

LOOK_BACK: Final = 24
NEAR: Final = 6  # words between a bare word and the training that explains it
USE: Final = frozenset({"own_recovery", "relapse"})  # categories that a used tool looks like
LAUGHS: Final = frozenset("😂🤣😆😅")

# What one softener makes of an urgency. A tier at a time; what is said of others' past is for supervision.
ONE_LOWER: Final = {
    Urgency.IMMEDIATE: Urgency.SAME_DAY,
    Urgency.SAME_DAY: Urgency.NEXT_SUPERVISION,
    Urgency.NEXT_SUPERVISION: Urgency.NONE,
    Urgency.NONE: Urgency.NONE,
}
# Risk to a life is never lowered out of sight, except by a fixed phrase or by talk of training.
FLOOR: Final = {FlagKind.BOUNDARY: Urgency.NONE, FlagKind.HELP_REQUEST: Urgency.NONE}


def lowered(kind: FlagKind, urgency: Urgency, reason: str) -> Urgency:
    """Return what one softener leaves of an urgency."""
    match reason:
        case "idiom" | "training" | "client_needs":
            return Urgency.NONE
        case "reported":
            return urgency
        case "later":
            return min(urgency, Urgency.NEXT_SUPERVISION, key=lambda one: one.rank)
        case _ if kind is FlagKind.HELP_REQUEST:
            return Urgency.NONE
        case "past" if kind in (FlagKind.CLIENT_RISK, FlagKind.OTHER_RISK):
            return min(urgency, Urgency.NEXT_SUPERVISION, key=lambda one: one.rank)
        case _:
            floor = FLOOR.get(kind, Urgency.NEXT_SUPERVISION)
            return max(ONE_LOWER[urgency], floor, key=lambda one: one.rank)


def softeners(match: Match, context: Context) -> tuple[str, ...]:
    """Return what lowers a match, each once; risk to the writer is lowered one tier at most."""
    first, after = context.sentence(match.first)
    allowed = match.rule.softened_by
    if match.rule.kind is not FlagKind.HELP_REQUEST or match.rule.urgency is not Urgency.IMMEDIATE:
        for begin, end in context.marks[Marker.IDIOM]:
            if begin <= match.first < end - 1 or match.first <= begin < match.after <= end:
                return ("idiom",)
    if match.rule.category in USE and touches(context.marks[Marker.TOOL], match):
        return ("idiom",)
    if "client_needs" in allowed and touches(context.marks[Marker.CLIENT_NEEDS], match):
        return ("client_needs",)
    if "training" in allowed and context.marked(
        Marker.TRAINING, max(first, match.first - NEAR), min(after, match.after + NEAR)
    ):
        return ("training",)
    found: tuple[str, ...] = ()
    if "negation" in allowed and negated(match, context):
        found = ("negation",)
    elif "past" in allowed and is_past(context, first, after):
        found = ("past",)
    elif "joke" in allowed and is_joke(context, first, after):
        found = ("joke",)
    elif "asked" in allowed and context.marked(Marker.ASKED, first, match.first):
        found = ("asked",)
    if (
        match.rule.kind is FlagKind.HELP_REQUEST
        and context.marked(Marker.LATER, first, after)
        and not context.marked(Marker.SOON, first, after)
    ):
        return (*found, "later")
    return found


def touches(spans: Iterable[tuple[int, int]], match: Match) -> bool:
    """Say whether one of the spans shares a word with the match."""
    return any(begin < match.after and match.first < end for begin, end in spans)


def negated(match: Match, context: Context) -> bool:
    """Say whether a denial reaches the match through small words only."""
    words, breaks, people = context.words.words, context.words.breaks, context.people
    pseudo = [span for span in context.marks[Marker.PSEUDO] if span[0] <= match.after]
    if breaks[match.first] is not Break.NONE:
        return False
    for place in range(match.first - 1, max(-1, match.first - LOOK_BACK), -1):
        word = words[place]
        if word in people.negators:
            return not any(first <= place < after for first, after in pseudo)
        if word not in people.fillers or word in people.turns or breaks[place] is not Break.NONE:
            return False
    return False


def is_past(context: Context, first: int, after: int) -> bool:
    """Say whether a sentence speaks of long ago and not of now as well."""
    return context.marked(Marker.PAST, first, after) and not context.marked(Marker.PRESENT, first, after)


def is_joke(context: Context, first: int, after: int) -> bool:
    """Say whether a laugh stands in the sentence or ends the note, and nobody says that it is meant."""
    last = len(context.words.words)
    if context.marks[Marker.SERIOUS]:
        return False
    laughs = any(picture.sign in LAUGHS and picture.before_word >= first for picture in context.words.pictures)
    return (
        laughs or context.marked(Marker.JOKE, first, after) or context.marked(Marker.JOKE, max(after, last - 2), last)
    )
