"""Weighs what the rules matched: whose it is, and what lowers it. A softener lowers an urgency; none removes a flag."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from language.patterns import Web
from language.reading import Flag, FlagKind, Urgency
from language.rulebook import Marker, People, Rule, Rulebook, Whose
from language.words import Break, Words

MOST_WEIGHED: Final = 48  # matches of one kind: a note that repeats itself is not weighed for ever
LOOK_BACK: Final = 24
USE: Final = frozenset({"own_recovery", "relapse"})  # categories that a used tool looks like
NEAR: Final = 6  # words between a bare word and the training that explains it
SAYS_BACK: Final = 8
POSSESSIVE: Final = frozenset(
    {"my", "mi", "mis", "our", "a", "an", "un", "una", "nuestro", "nuestra", "another", "otro", "otra"}
)
WRITER_INSIDE: Final = frozenset({"myself", "my", "i", "im", "me", "id", "ill", "ive", "mi", "ima"})
OTHER_OWNED: Final = frozenset({"himself", "herself", "themselves", "theirself", "hisself", "his", "her", "their"})
OTHER_INSIDE: Final = OTHER_OWNED | {"he", "she", "they", "hes", "shes", "theyre", "him", "them"}
SAID_BY_WRITER: Final = frozenset({"i", "im", "ive", "id", "yo", "we"})
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


@dataclass(frozen=True, slots=True)
class Match:
    """A rule and the words that it matched."""

    rule: Rule
    first: int
    after: int


class Context:
    """One note while it is weighed: its words, its matches and what marks its sentences."""

    def __init__(self, words: Words, book: Rulebook) -> None:
        self.words = words
        self.people: People = book.people
        self.web: Web = book.web
        self.matches: list[Match] = []
        self.marks: dict[Marker, list[tuple[int, int]]] = {marker: [] for marker in Marker}
        self.starts = [n for n, gap in enumerate(words.breaks) if gap is Break.HARD or n == 0]
        for index, first, after in book.web.find(words.words, words.breaks):
            meaning = book.meanings[index]
            if isinstance(meaning, Marker):
                self.marks[meaning].append((first, after))
            elif not (meaning.at_end and after < len(words.words) and words.breaks[after] is Break.NONE):
                self.matches.append(Match(meaning, first, after))

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the first word of the sentence at `place` and the word after its last."""
        number = bisect_right(self.starts, place)
        after = self.starts[number] if number < len(self.starts) else len(self.words.words)
        return self.starts[number - 1], after

    def marked(self, marker: Marker, first: int, after: int) -> bool:
        """Say whether a marker stands between two places."""
        return any(first <= begin and end <= after for begin, end in self.marks[marker])

    def is_class(self, word: str, name: str) -> bool:
        """Say whether a word belongs to a class of `classes.toml`."""
        key, classes = f"<{name}>", self.web.classes
        return key in classes.get(word, ()) or (word.endswith("s") and key in classes.get(word[:-1], ()))


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
    tests = (
        ("negation", lambda: negated(match, context)),
        ("past", lambda: is_past(context, first, after)),
        ("joke", lambda: is_joke(context, first, after)),
        ("asked", lambda: context.marked(Marker.ASKED, first, match.first)),
    )
    found = next(((reason,) for reason, test in tests if reason in allowed and test()), ())
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
    if breaks[match.first] is Break.HARD:
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
        if context.is_class(word, "family") and place > 0 and words[place - 1] in POSSESSIVE:
            return False
    return match.rule.nobody_is_writer


def is_reported(match: Match, context: Context) -> bool:
    """Say whether the match repeats what somebody else said in the first person."""
    words = context.words
    start, _ = context.sentence(match.first)
    for place in range(match.first - 1, max(start - 1, match.first - SAYS_BACK), -1):
        if not context.is_class(words.words[place], "says"):
            continue
        if any(word in SAID_BY_WRITER for word in words.words[max(start, place - 3) : place]):
            return False
        return words.quoted[match.first] or match.first - place <= 2
    return False


def relation(match: Match, context: Context) -> FlagKind:
    """Return client_risk or other_risk by the nearest person that is named; a person without a relation is supported."""
    words = context.words.words
    victim = match.rule.whose is Whose.VICTIM
    start, end = context.sentence(match.first)
    before = range(match.first - 1, max(-1, match.first - 2 * LOOK_BACK), -1)
    after = range(match.after, min(end, match.after + SAYS_BACK))
    for place in (*range(match.first, match.after), *before, *after):
        word = words[place]
        owned = place > 0 and any(near in POSSESSIVE for near in words[max(0, place - 2) : place])
        if victim and context.is_class(word, "child"):
            return FlagKind.OTHER_RISK
        if owned and (context.is_class(word, "family") or context.is_class(word, "child")):
            return FlagKind.OTHER_RISK
        if context.is_class(word, "client"):
            return FlagKind.CLIENT_RISK
    if match.rule.whose is Whose.AGGRESSOR:
        return FlagKind.CLIENT_RISK
    return match.rule.kind if match.rule.kind is FlagKind.OTHER_RISK else FlagKind.CLIENT_RISK
