"""What a note calls for, and the life of a note."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.levels import Level
from core.notes import (
    RISKS,
    TRANSITIONS,
    Answer,
    Found,
    NoteEvent,
    NoteMoveRefused,
    NoteState,
    after,
    respond,
)
from language.reading import FlagKind, Urgency

KINDS = [kind.value for kind in FlagKind]
URGENCIES = [urgency.value for urgency in Urgency]
CATEGORIES = ("", "suicide", "overdose", "language_not_read", "not_read_whole", "money")
# How soon each answer brings a person, the surest last: more in a note never brings one later.
SERIOUS = {
    Answer.THANKS: 0,
    Answer.CARRY: 1,
    Answer.BOUNDARY: 2,
    Answer.RELAPSE: 3,
    Answer.HELP: 4,
    Answer.UNREAD: 5,
    Answer.CONFIRM: 6,
}
ENDS = {NoteState.ME, NoteState.DISCLOSED, NoteState.WITHDRAWN}

found = st.builds(Found, st.sampled_from(KINDS), st.sampled_from(URGENCIES), st.sampled_from(CATEGORIES))
notes = st.lists(found, max_size=6)


def is_risk(one: Found) -> bool:
    return one.kind in RISKS and one.urgency != "none"


def test_the_risks_of_a_note_are_kinds_that_are_read() -> None:
    assert set(KINDS) >= RISKS


@given(notes, st.sampled_from(sorted(RISKS)), st.sampled_from(URGENCIES[1:]))
def test_a_risk_is_never_answered_by_thanks(more: Sequence[Found], kind: str, urgency: str) -> None:
    assert respond([*more, Found(kind, urgency)]).answer is not Answer.THANKS


@given(notes, st.sampled_from(sorted(RISKS)))
def test_immediate_risk_is_asked_about_and_is_a_crisis_without_an_answer(more: Sequence[Found], kind: str) -> None:
    response = respond([*more, Found(kind, "immediate")])
    assert (response.answer, response.unanswered) == (Answer.CONFIRM, Level.CRISIS)


@given(notes, st.sampled_from(["same_day", "next_supervision"]))
def test_softened_risk_of_the_writer_is_asked_about(more: Sequence[Found], urgency: str) -> None:
    assert respond([*more, Found("self_risk", urgency)]).answer is Answer.CONFIRM


def test_without_an_answer_softened_risk_of_the_writer_is_a_matter_for_today() -> None:
    assert respond([Found("self_risk", "same_day")]).unanswered is Level.URGENT
    assert respond([Found("self_risk", "next_supervision")]).unanswered is None


@pytest.mark.parametrize("kind", ["client_risk", "other_risk"])
def test_silence_about_somebody_elses_trouble_tells_nobody(kind: str) -> None:
    response = respond([Found(kind, "same_day")])
    assert (response.answer, response.unanswered) == (Answer.CONFIRM, None)


@pytest.mark.parametrize("kind", ["client_risk", "other_risk"])
def test_what_is_past_of_somebody_elses_danger_is_answered_with_an_offer(kind: str) -> None:
    response = respond([Found(kind, "next_supervision")])
    assert (response.answer, response.unanswered) == (Answer.CARRY, None)


@given(st.lists(st.builds(Found, st.sampled_from(KINDS), st.just("none"), st.just("")), max_size=6))
def test_what_stands_only_in_a_fixed_phrase_or_in_talk_of_training_calls_for_nothing(idle: Sequence[Found]) -> None:
    assert respond(idle).answer is Answer.THANKS


@given(notes, found)
def test_more_in_a_note_never_makes_it_less_serious(some: Sequence[Found], more: Found) -> None:
    before, now = respond(some), respond([*some, more])
    assert SERIOUS[now.answer] >= SERIOUS[before.answer]
    assert (now.unanswered or Level.STEADY) >= (before.unanswered or Level.STEADY)


@given(notes, st.randoms(use_true_random=False))
def test_the_order_of_what_was_found_does_not_matter(some: list[Found], chance: object) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert respond(shuffled) == respond(some)


@given(notes)
def test_only_what_is_asked_about_can_stay_unanswered(some: Sequence[Found]) -> None:
    response = respond(some)
    assert response.unanswered is None or response.answer is Answer.CONFIRM
    if not any(is_risk(one) for one in some):
        assert response.answer not in (Answer.CONFIRM, Answer.CARRY)


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (Found("help_request", "same_day"), Answer.HELP),
        (Found("help_request", "immediate"), Answer.HELP),
        (Found("help_request", "next_supervision"), Answer.THANKS),
        (Found("help_request", "same_day", "language_not_read"), Answer.UNREAD),
        (Found("relapse", "same_day"), Answer.RELAPSE),
        (Found("relapse", "next_supervision"), Answer.RELAPSE),
        (Found("boundary", "next_supervision", "money"), Answer.BOUNDARY),
    ],
)
def test_what_is_no_risk_has_an_answer_of_its_own(one: Found, answer: Answer) -> None:
    assert respond([one]).answer is answer


@pytest.mark.parametrize(("state", "event"), list(product(NoteState, NoteEvent)))
def test_a_note_moves_as_the_table_says_and_no_other_way(state: NoteState, event: NoteEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert after(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(NoteMoveRefused, match=state.value):
            after(state, event)


@pytest.mark.parametrize("state", [NoteState.ASKED, NoteState.UNANSWERED, NoteState.SOMEONE, NoteState.NOT_MEANT])
def test_it_is_never_too_late_to_say_that_it_is_about_me(state: NoteState) -> None:
    assert after(state, NoteEvent.IS_ME) is NoteState.ME


def test_whoever_said_that_it_is_about_them_is_not_undone_by_a_later_tap() -> None:
    assert not [event for state, event in TRANSITIONS if state is NoteState.ME]


def test_only_a_note_that_was_asked_about_can_run_out_of_time() -> None:
    assert [state for state, event in TRANSITIONS if event is NoteEvent.TIME_PASSED] == [NoteState.ASKED]


def test_a_note_that_waits_for_an_answer_is_not_withdrawn() -> None:
    for state in (NoteState.ASKED, NoteState.UNANSWERED, NoteState.ME):
        assert (state, NoteEvent.WITHDRAW) not in TRANSITIONS


def test_every_state_is_reached_and_only_the_last_ones_stay() -> None:
    assert {*TRANSITIONS.values(), NoteState.KEPT, NoteState.ASKED} == set(NoteState)
    assert set(NoteState) - {state for state, _ in TRANSITIONS} == ENDS
