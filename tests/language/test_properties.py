"""What holds for every note: nothing clears a risk, nothing hides it, nothing breaks the reading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.read import MOST_READ, read_note
from language.reading import Flag, Urgency
from language.rulebook import Rule, rulebook
from tests.language.corpus import corpus
from tests.language.examples import example

RULES = {meaning.id: meaning for meaning in rulebook().meanings if isinstance(meaning, Rule)}
PHRASES = [
    (rule_id, example(pattern, choice))
    for rule_id, patterns in rulebook().patterns.items()
    if rule_id in RULES
    for pattern in patterns
    for choice in (0, 1, 9)
]
SOFTENERS = [
    "not", "I am not", "never", "no", "lol", "haha", "years ago", "hace años", "we did the training on",
    "he said", "she told me", "my mentee", "used to", "jaja", "no es que", "asked if", "of laughter",
    "when you have time",
]  # fmt: skip
NOTES = [note.text for half in ("tuned", "untouched") for note in corpus(half)]


def kinds(flags: tuple[Flag, ...]) -> set[tuple[str, str]]:
    """Return kinds and urgencies, without the evidence."""
    return {(flag.kind, flag.urgency) for flag in flags}


@pytest.mark.parametrize("rule_id", RULES)
def test_every_pattern_of_every_rule_makes_a_flag(rule_id: str) -> None:
    phrases = [phrase for of_rule, phrase in PHRASES if of_rule == rule_id]
    assert phrases
    assert [phrase for phrase in phrases if not read_note(phrase).flags] == []


@given(st.sampled_from(PHRASES), st.sampled_from(SOFTENERS), st.sampled_from(SOFTENERS))
def test_softeners_lower_a_flag_and_never_clear_it(case: tuple[str, str], before: str, after: str) -> None:
    _, phrase = case
    assert read_note(f"{before} {phrase}").flags
    assert read_note(f"{before} {phrase}, {after}").flags


@given(st.sampled_from(PHRASES), st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_around_a_phrase_it_stays_flagged(case: tuple[str, str], before: str, after: str) -> None:
    _, phrase = case
    assert read_note(f"{before} {phrase}, {after}").flags


@given(st.text(max_size=3000))
@settings(max_examples=200)
def test_any_text_is_read(text: str) -> None:
    reading = read_note(text)
    assert reading.text == text
    assert reading.strain is None or -1 <= reading.strain <= 1
    assert reading.tone is None or -1 <= reading.tone <= 1
    assert reading.language in {"en", "es", "other", "unknown"}


@given(st.sampled_from(NOTES), st.sampled_from(["’", "‘", "`", "ʼ"]))
def test_the_kind_of_apostrophe_does_not_matter(text: str, apostrophe: str) -> None:
    assert kinds(read_note(text.replace("'", apostrophe)).flags) == kinds(read_note(text).flags)


@given(st.sampled_from(NOTES), st.sampled_from(["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"]))
def test_characters_that_nobody_sees_do_not_matter(text: str, hidden: str) -> None:
    assert kinds(read_note(hidden.join(text)).flags) == kinds(read_note(text).flags)


@given(st.sampled_from(NOTES))
def test_large_and_small_letters_do_not_matter(text: str) -> None:
    assert kinds(read_note(text.upper()).flags) == kinds(read_note(text.lower()).flags)


@given(st.sampled_from(NOTES), st.sampled_from(NOTES))
def test_evidence_is_the_notes_own_writing(one: str, two: str) -> None:
    text = f"{one}\n{two}"
    assert all(flag.evidence and flag.evidence in text for flag in read_note(text).flags)


@given(
    st.sampled_from([note for note in NOTES if read_note(note).urgency is Urgency.IMMEDIATE]), st.sampled_from(NOTES)
)
def test_another_sentence_never_takes_away_that_somebody_is_called(risk: str, other: str) -> None:
    """A denial in a second sentence must not talk down a risk in the first."""
    kept = read_note(f"{risk}. {other}").urgency
    assert kept.rank >= Urgency.SAME_DAY.rank


def test_risk_at_the_end_of_a_very_long_note_is_read() -> None:
    long = "the van was late and we waited " * 300
    reading = read_note(long + "I want to die")
    assert reading.urgency is Urgency.IMMEDIATE
    assert not reading.read_whole
    assert read_note("I want to die " + long).urgency is Urgency.IMMEDIATE


def test_the_part_of_a_long_note_that_is_not_read_is_told_to_a_person() -> None:
    reading = read_note("the van was late and we waited " * (2 * MOST_READ // 30))
    assert [(flag.kind, flag.urgency) for flag in reading.flags] == [("help_request", "next_supervision")]
