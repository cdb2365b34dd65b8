"""How notes are read, held to figures: the goals on the tuned half, a floor against getting worse on the other."""

import pytest

from language.reading import FlagKind, Urgency
from tests.language.corpus import corpus, figures, strain_auroc


def test_the_tuned_half_is_read_as_labeled() -> None:
    row = figures(corpus("tuned"))
    assert row.recall is not None
    assert row.immediate is not None
    assert row.false_alerts is not None
    assert row.recall >= 0.98
    assert row.immediate >= 0.98
    assert row.false_alerts <= 0.01
    assert row.exact >= 0.98
    assert (strain_auroc(corpus("tuned")) or 0) >= 0.95


def test_the_untouched_half_does_not_get_worse() -> None:
    row = figures(corpus("untouched"))
    assert row.recall is not None
    assert row.immediate is not None
    assert row.false_alerts is not None
    assert row.recall >= 0.93
    assert row.immediate >= 0.93
    assert row.false_alerts <= 0.03
    assert row.exact >= 0.85
    assert (strain_auroc(corpus("untouched")) or 0) >= 0.85


@pytest.mark.parametrize("half", ["tuned", "untouched"])
def test_a_half_holds_both_languages_and_every_kind_and_urgency(half: str) -> None:
    notes = corpus(half)
    counts = [sum(note.language == language for note in notes) for language in ("en", "es")]
    assert len(notes) >= 300
    assert min(counts) >= 140
    assert {kind for note in notes for kind, _ in note.labels} == set(FlagKind)
    assert {note.urgency for note in notes} == set(Urgency)
    assert len({note.text for note in notes}) == len(notes)


def test_no_note_is_in_both_halves() -> None:
    tuned, untouched = ({note.text.lower() for note in corpus(half)} for half in ("tuned", "untouched"))
    assert len(tuned & untouched) <= 12  # short sayings that anybody writes
