"""Makes flags of what the rules matched: whose each is, how urgent, and which are kept."""

from collections.abc import Iterable
from typing import Final

from language.context import Context, Match
from language.reading import Flag, FlagKind
from language.rulebook import Rulebook
from language.soften import lowered, softeners
from language.whose import attribute
from language.words import Words

PERSONAL: Final = frozenset({FlagKind.SELF_RISK, FlagKind.CLIENT_RISK, FlagKind.OTHER_RISK, FlagKind.BOUNDARY})
MOST_WEIGHED: Final = 48  # matches of one kind: a note that repeats itself is not weighed for ever


def weigh(words: Words, book: Rulebook) -> tuple[Flag, ...]:
    """Return the flags of a note: one a kind, the most urgent; of boundaries one a category."""
    context = Context(words, book)
    if not context.matches:
        return ()
    judged: list[tuple[Match, Flag]] = []
    weighed: dict[FlagKind, int] = {}
    for match in uncovered(context.matches):
        weighed[match.rule.kind] = weighed.get(match.rule.kind, 0) + 1
        if weighed[match.rule.kind] > MOST_WEIGHED:
            continue
        judged.append((match, judge(match, context)))
    best: dict[tuple[FlagKind, str], Flag] = {}
    for flag in settled(judged):
        key = (flag.kind, flag.category if flag.kind is FlagKind.BOUNDARY else "")
        if key not in best or flag.urgency.rank > best[key].urgency.rank:
            best[key] = flag
    return tuple(sorted(best.values(), key=lambda flag: (-flag.urgency.rank, list(FlagKind).index(flag.kind))))


def uncovered(matches: Iterable[Match]) -> list[Match]:
    """Leave out what lies inside a match of a rule that covers, and what covers less than another that it overlaps."""
    matches = list(matches)
    covers: list[Match] = []
    for match in sorted((one for one in matches if one.rule.covers), key=length, reverse=True)[:MOST_WEIGHED]:
        if not any(overlap(match, cover) and match.rule.urgency.rank <= cover.rule.urgency.rank for cover in covers):
            covers.append(match)
    kept = set(map(id, covers))
    return [
        match
        for match in matches
        if (id(match) in kept if match.rule.covers else not any(inside(match, cover) for cover in covers))
    ]


def length(match: Match) -> int:
    """Return how many words a match has."""
    return match.after - match.first


def inside(match: Match, cover: Match) -> bool:
    """Say whether all words of a match belong to another as well."""
    return cover.first <= match.first and match.after <= cover.after


def overlap(one: Match, other: Match) -> bool:
    """Say whether two matches share a word."""
    return one.first < other.after and other.first < one.after


def settled(judged: list[tuple[Match, Flag]]) -> list[Flag]:
    """Leave out a flag whose words a longer match, as urgent, tells of somebody else: one thing, one person."""
    if len({flag.kind for _, flag in judged} & PERSONAL) < 2:
        return [flag for _, flag in judged]
    return [
        flag
        for match, flag in judged
        if flag.kind not in PERSONAL
        or not any(
            other.kind is not flag.kind
            and other.kind in PERSONAL
            and overlap(match, longer)
            and (length(longer), other.kind is FlagKind.SELF_RISK) > (length(match), flag.kind is FlagKind.SELF_RISK)
            and other.urgency.rank >= flag.urgency.rank
            for longer, other in judged
        )
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
