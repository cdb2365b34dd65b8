"""Makes flags of what the rules matched: whose each is, how urgent, and which are kept."""

from collections.abc import Iterable
from typing import Final

from language.context import Context, Match
from language.reading import Flag, FlagKind
from language.rulebook import Rulebook
from language.soften import lowered, softeners
from language.whose import attribute
from language.words import Words

MOST_WEIGHED: Final = 48  # matches of one kind: a note that repeats itself is not weighed for ever


def weigh(words: Words, book: Rulebook) -> tuple[Flag, ...]:
    """Return the flags of a note: one a kind, the most urgent; of boundaries one a category."""
    context = Context(words, book)
    if not context.matches:
        return ()
    best: dict[tuple[FlagKind, str], Flag] = {}
    weighed: dict[FlagKind, int] = {}
    for match in uncovered(context.matches):
        weighed[match.rule.kind] = weighed.get(match.rule.kind, 0) + 1
        if weighed[match.rule.kind] > MOST_WEIGHED:
            continue
        flag = judge(match, context)
        key = (flag.kind, flag.category if flag.kind is FlagKind.BOUNDARY else "")
        if key not in best or flag.urgency.rank > best[key].urgency.rank:
            best[key] = flag
    return tuple(sorted(best.values(), key=lambda flag: (-flag.urgency.rank, list(FlagKind).index(flag.kind))))


def uncovered(matches: Iterable[Match]) -> list[Match]:
    """Leave out what lies inside a match of a rule that covers, of the same note."""
    matches = list(matches)
    covers = [match for match in matches if match.rule.covers][:MOST_WEIGHED]
    return [
        match
        for match in matches
        if match.rule.covers or not any(cover.first <= match.first and match.after <= cover.after for cover in covers)
    ]


def judge(match: Match, context: Context) -> Flag:
    """Return the flag of one match."""
    kind, urgency, reported = attribute(match, context)
    softened = softeners(match, context)
    if reported:
        softened = (*softened, "reported")
    for reason in softened:
        urgency = lowered(kind, urgency, reason)
    return Flag(kind, urgency, context.words.cut(match.first, match.after), match.rule.category, softened)
