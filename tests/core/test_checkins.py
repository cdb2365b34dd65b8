"""The life of a check-in: any order of taps ends, and no question is jumped over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.checkins import (
    TRANSITIONS,
    Checkin,
    CheckinEvent,
    CheckinMoveRefused,
    CheckinState,
    answer,
    applies,
    asked,
    back,
    correct,
    drawn,
    move_on,
    skip,
    toggle,
)
from core.questionnaire import Item, ItemKind
from tests.core.factories import NOW

VALUES = ("no", "yes", "open")


def an_item(id_: str, only_if: Mapping[str, tuple[str, ...]] | None = None) -> Item:
    return Item(id_, ItemKind.CHOICES, {"en": id_}, (), only_if=only_if or {})


def a_checkin(items: Mapping[str, Item], **values: object) -> Checkin:
    usual = {
        "id": uuid4(),
        "person_id": uuid4(),
        "kind": "pulse",
        "occurrence": "2026-03-02 09:00",
        "at": NOW,
        "items": tuple(items),
        "expires_at": NOW + timedelta(hours=12),
        "remind_at": NOW + timedelta(hours=3),
    }
    return Checkin(**(usual | values))  # type: ignore[arg-type]


PLAIN = {id_: an_item(id_) for id_ in ("fuel", "spill", "stories")}
BRANCHED = {
    "boundary": an_item("boundary"),
    "kind": an_item("kind", {"boundary": ("yes", "open")}),
    "when": an_item("when", {"boundary": ("open",), "kind": ("money",)}),
    "why": an_item("why"),
}


def on_screen(checkin: Checkin) -> str:
    return checkin.items[checkin.position]


@pytest.mark.parametrize("state", CheckinState)
@pytest.mark.parametrize("event", CheckinEvent)
def test_only_an_open_checkin_moves(state: CheckinState, event: CheckinEvent) -> None:
    checkin = a_checkin(PLAIN, state=state)
    if state is CheckinState.OPEN:
        moved = checkin.after(event)
        assert moved.state is TRANSITIONS[state, event]
        assert moved.remind_at is None  # nothing reminds of what is over
    else:
        with pytest.raises(CheckinMoveRefused, match=f"does not apply to a check-in that is {state.value}"):
            checkin.after(event)


@pytest.mark.parametrize("state", [state for state in CheckinState if state is not CheckinState.OPEN])
def test_a_checkin_that_is_over_takes_no_answer(state: CheckinState) -> None:
    checkin = a_checkin(PLAIN, state=state)
    for move in (
        lambda: answer(checkin, "fuel", "yes", PLAIN),
        lambda: skip(checkin, "fuel", PLAIN),
        lambda: back(checkin, "spill", PLAIN),
    ):
        with pytest.raises(CheckinMoveRefused, match=f"the check-in is {state.value}"):
            move()


def test_three_answers_complete_three_questions() -> None:
    checkin = a_checkin(PLAIN)
    for item in PLAIN:
        assert on_screen(checkin) == item
        checkin = answer(checkin, item, "yes", PLAIN)
    assert checkin.state is CheckinState.COMPLETE
    assert checkin.answers == dict.fromkeys(PLAIN, "yes")


def test_a_second_tap_on_an_earlier_screen_changes_that_answer_and_jumps_over_nothing() -> None:
    checkin = answer(a_checkin(PLAIN), "fuel", "yes", PLAIN)
    again = answer(checkin, "fuel", "no", PLAIN)
    assert on_screen(again) == "spill"
    assert again.answers == {"fuel": "no"}


def test_after_going_back_only_open_questions_are_asked() -> None:
    checkin = answer(answer(a_checkin(PLAIN), "fuel", "yes", PLAIN), "spill", "yes", PLAIN)
    changed = back(back(checkin, "stories", PLAIN), "spill", PLAIN)
    assert on_screen(changed) == "fuel"
    assert on_screen(answer(changed, "fuel", "no", PLAIN)) == "stories"


def test_the_first_question_has_none_before_it() -> None:
    assert on_screen(back(a_checkin(PLAIN), "fuel", PLAIN)) == "fuel"


def test_a_skipped_question_can_still_be_answered_and_an_answer_survives_a_skip() -> None:
    checkin = skip(a_checkin(PLAIN), "fuel", PLAIN)
    assert checkin.skipped == {"fuel"}
    answered = answer(checkin, "fuel", "yes", PLAIN)
    assert (answered.skipped, answered.answers) == (frozenset(), {"fuel": "yes"})
    assert skip(answered, "fuel", PLAIN).answers == {"fuel": "yes"}


def test_skipping_everything_ends_the_checkin() -> None:
    checkin = a_checkin(PLAIN)
    for item in PLAIN:
        checkin = skip(checkin, item, PLAIN)
    assert checkin.state is CheckinState.COMPLETE
    assert checkin.answers == {}


@pytest.mark.parametrize(
    ("boundary", "kind", "path"),
    [
        ("no", None, ["boundary", "why"]),
        ("yes", "gift", ["boundary", "kind", "why"]),
        ("yes", "money", ["boundary", "kind", "why"]),
        ("open", "gift", ["boundary", "kind", "why"]),
        ("open", "gift money", ["boundary", "kind", "when", "why"]),
    ],
)
def test_a_branch_is_asked_when_all_that_it_hangs_on_was_answered(
    boundary: str, kind: str | None, path: list[str]
) -> None:
    checkin, seen = a_checkin(BRANCHED), []
    while checkin.is_open:
        item = on_screen(checkin)
        seen.append(item)
        checkin = answer(checkin, item, {"boundary": boundary, "kind": kind or ""}.get(item, "x"), BRANCHED)
    assert seen == path


def test_a_branch_that_opens_late_is_asked_before_the_end() -> None:
    checkin = answer(a_checkin(BRANCHED), "boundary", "no", BRANCHED)
    assert on_screen(checkin) == "why"
    changed = answer(back(checkin, "why", BRANCHED), "boundary", "yes", BRANCHED)
    assert on_screen(changed) == "kind"


def test_a_second_tap_on_a_branch_that_has_closed_does_not_end_the_checkin_early() -> None:
    checkin = answer(answer(a_checkin(BRANCHED), "boundary", "yes", BRANCHED), "boundary", "no", BRANCHED)
    late = answer(checkin, "kind", "gift", BRANCHED)
    assert late.is_open
    assert on_screen(late) == "why"


def test_an_item_that_the_program_dropped_is_not_asked_any_more() -> None:
    without = {id_: item for id_, item in PLAIN.items() if id_ != "spill"}
    checkin = answer(a_checkin(PLAIN), "fuel", "yes", without)
    assert on_screen(checkin) == "stories"
    assert asked(checkin, without) == ["fuel", "stories"]


def test_going_back_when_no_question_is_left_stays_where_it_is() -> None:
    """The program may have dropped every question that this check-in began with."""
    assert back(a_checkin(PLAIN, position=1), "spill", {}).position == 1


def test_an_item_hangs_on_nothing_unless_it_says_so() -> None:
    assert applies(PLAIN["fuel"], {})
    assert not applies(BRANCHED["kind"], {})


def test_an_answer_that_closes_a_branch_takes_back_what_was_answered_there() -> None:
    checkin = answer(a_checkin(BRANCHED), "boundary", "open", BRANCHED)
    checkin = answer(answer(checkin, "kind", "money", BRANCHED), "when", "now", BRANCHED)
    assert answer(checkin, "boundary", "yes", BRANCHED).answers == {"boundary": "yes", "kind": "money"}
    assert answer(checkin, "boundary", "no", BRANCHED).answers == {"boundary": "no"}
    assert answer(checkin, "kind", "gift", BRANCHED).answers == {"boundary": "open", "kind": "gift"}


def test_several_values_are_tapped_one_by_one_and_tapped_away_again() -> None:
    checkin = toggle(toggle(a_checkin(PLAIN), "spill", "money"), "spill", "gift")
    assert (checkin.answers, on_screen(checkin)) == ({"spill": "money gift"}, "spill")
    assert toggle(checkin, "spill", "money").answers == {"spill": "gift"}
    assert toggle(toggle(checkin, "spill", "money"), "spill", "gift").answers == {}


def test_moving_on_keeps_what_was_tapped_and_skips_what_was_not() -> None:
    tapped = move_on(toggle(a_checkin(PLAIN), "fuel", "money"), "fuel", PLAIN)
    assert (tapped.answers, tapped.skipped, on_screen(tapped)) == ({"fuel": "money"}, frozenset(), "spill")
    passed = move_on(a_checkin(PLAIN), "fuel", PLAIN)
    assert (passed.answers, passed.skipped) == ({}, {"fuel"})


@pytest.mark.parametrize("move", ["toggle", "move_on"])
def test_nothing_is_tapped_in_a_checkin_that_is_over(move: str) -> None:
    over = a_checkin(PLAIN, state=CheckinState.EXPIRED)
    with pytest.raises(CheckinMoveRefused):
        toggle(over, "fuel", "x") if move == "toggle" else move_on(over, "fuel", PLAIN)


POOL = [an_item("one"), an_item("two"), replace(an_item("last"), always=True), an_item("three")]


@pytest.mark.parametrize(
    ("draw", "earlier", "ids"),
    [
        (None, 5, ("one", "two", "last", "three")),
        (1, 0, ("one", "last")),
        (1, 2, ("three", "last")),
        (1, 3, ("one", "last")),
        (2, 1, ("three", "one", "last")),
        (9, 0, ("one", "two", "three", "last")),
    ],
)
def test_items_are_drawn_in_turn_and_those_that_are_always_asked_come_last(
    draw: int | None, earlier: int, ids: tuple[str, ...]
) -> None:
    assert drawn(POOL, draw, earlier) == ids


@given(st.integers(1, 4), st.integers(0, 50))
def test_every_drawn_item_has_its_turn_and_none_comes_twice_at_once(draw: int, first: int) -> None:
    rounds = [drawn(POOL, draw, first + number)[:-1] for number in range(3)]
    assert all(len(set(ids)) == len(ids) for ids in rounds)
    assert {id_ for ids in rounds for id_ in ids} == {"one", "two", "three"}


def test_a_draw_of_nothing_but_what_is_always_asked() -> None:
    assert drawn([replace(an_item("last"), always=True)], 1, 3) == ("last",)


item_ids = [f"q{number}" for number in range(6)]


@st.composite
def questionnaires(draw: st.DrawFn) -> dict[str, Item]:
    """Draw items of which some are asked only after certain answers to earlier ones."""
    items: dict[str, Item] = {}
    for id_ in item_ids[: draw(st.integers(1, len(item_ids)))]:
        others = draw(st.lists(st.sampled_from(list(items)), max_size=2, unique=True)) if items else []
        wanted = st.lists(st.sampled_from(VALUES), min_size=1, max_size=2).map(tuple)
        items[id_] = an_item(id_, {other: draw(wanted) for other in others})
    return items


class CheckinTaps(RuleBasedStateMachine):
    """Taps on any screen that was ever shown, in any order."""

    @initialize(items=questionnaires())
    def begins(self, items: dict[str, Item]) -> None:
        self.a_questionnaire(items)

    def a_questionnaire(self, items: dict[str, Item]) -> None:
        self.items = items
        self.checkin = a_checkin(items)
        self.shown = {self.checkin.items[0]}

    def _tapped(self, moved: Checkin) -> None:
        self.checkin = moved
        if moved.is_open:
            self.shown.add(on_screen(moved))

    @rule(data=st.data(), value=st.sampled_from(VALUES))
    @precondition(lambda self: self.checkin.is_open)
    def an_answer(self, data: st.DataObject, value: str) -> None:
        item = data.draw(st.sampled_from(sorted(self.shown)))
        self._tapped(answer(self.checkin, item, value, self.items))
        assert self.checkin.answers[item] == value

    @rule(data=st.data())
    @precondition(lambda self: self.checkin.is_open)
    def a_skip(self, data: st.DataObject) -> None:
        before = self.checkin.answers
        self._tapped(skip(self.checkin, data.draw(st.sampled_from(sorted(self.shown))), self.items))
        assert self.checkin.answers == before

    @rule(data=st.data())
    @precondition(lambda self: self.checkin.is_open)
    def a_step_back(self, data: st.DataObject) -> None:
        before = self.checkin
        self._tapped(back(self.checkin, data.draw(st.sampled_from(sorted(self.shown))), self.items))
        assert replace(self.checkin, position=before.position) == before

    @rule(items=questionnaires())
    @precondition(lambda self: not self.checkin.is_open)
    def the_next_checkin_begins(self, items: dict[str, Item]) -> None:
        self.a_questionnaire(items)

    @invariant()
    def the_position_is_that_of_a_question_that_is_asked(self) -> None:
        assert 0 <= self.checkin.position < len(self.checkin.items)
        if self.checkin.is_open:
            assert on_screen(self.checkin) in asked(self.checkin, self.items)

    @invariant()
    def it_is_over_exactly_when_no_question_is_open(self) -> None:
        left = [id_ for id_ in asked(self.checkin, self.items) if self._is_left(id_)]
        if not self.checkin.is_open:
            assert not left

    def _is_left(self, id_: str) -> bool:
        return id_ not in self.checkin.answers and id_ not in self.checkin.skipped

    def teardown(self) -> None:
        """Whatever happened before: answering what is on the screen comes to an end."""
        if not hasattr(self, "checkin"):
            return
        for _ in range(len(self.items) + 1):
            if not self.checkin.is_open:
                return
            self.checkin = answer(self.checkin, on_screen(self.checkin), VALUES[0], self.items)
        assert not self.checkin.is_open


TestCheckinTaps = CheckinTaps.TestCase
TestCheckinTaps.settings = settings(max_examples=150, stateful_step_count=20)


@given(questionnaires(), st.lists(st.sampled_from(VALUES), min_size=6, max_size=6))
def test_answering_what_is_on_the_screen_asks_each_question_once(items: dict[str, Item], values: list[str]) -> None:
    checkin, seen = a_checkin(items), []
    while checkin.is_open:
        seen.append(on_screen(checkin))
        checkin = answer(checkin, seen[-1], values[len(seen) - 1], items)
    assert seen == list(asked(checkin, items))
    assert len(set(seen)) == len(seen)


def test_what_hangs_on_an_answer_that_is_taken_back_goes_with_it() -> None:
    items = {
        "boundary": an_item("boundary"),
        "kind": an_item("kind", {"boundary": ("a",)}),
        "when": an_item("when", {"kind": ("b",)}),
        "other": an_item("other"),
    }
    checkin = answer(answer(answer(a_checkin(items), "boundary", "a", items), "kind", "b", items), "when", "a", items)
    assert answer(checkin, "boundary", "b", items).answers == {"boundary": "b"}
    assert answer(checkin, "boundary", "a", items).answers == checkin.answers
    assert answer(checkin, "kind", "a", items).answers == {"boundary": "a", "kind": "a"}


def test_a_complete_check_in_is_corrected_and_stays_complete() -> None:
    given_ = {"boundary": "open", "kind": "money", "when": "x", "why": "no"}
    whole = a_checkin(BRANCHED, state=CheckinState.COMPLETE, answers=given_)
    closed = correct(whole, "boundary", "no", BRANCHED)
    assert (closed.state, dict(closed.answers)) == (CheckinState.COMPLETE, {"boundary": "no", "why": "no"})
    assert dict(correct(whole, "why", None, BRANCHED).answers) == {key: given_[key] for key in list(given_)[:3]}
    with pytest.raises(CheckinMoveRefused):
        correct(replace(whole, state=CheckinState.OPEN), "boundary", "no", BRANCHED)
