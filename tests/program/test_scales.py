"""The keys of published scales."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from program.scale_keys import Scale, load_scales

SCALES = load_scales()


def test_the_scales_are_shipped() -> None:
    assert list(SCALES) == ["cbi", "olbi", "proqol5", "pss10", "pss4", "single_item", "who5"]


@pytest.mark.parametrize(
    ("name", "count", "values", "turned"),
    [
        ("cbi", 19, [0, 25, 50, 75, 100], {13}),
        ("who5", 5, [0, 1, 2, 3, 4, 5], set()),
        ("proqol5", 30, [1, 2, 3, 4, 5], {1, 4, 15, 17, 29}),
        ("olbi", 16, [1, 2, 3, 4], {2, 3, 4, 6, 8, 9, 11, 12}),
        ("single_item", 1, [1, 2, 3, 4, 5], set()),
        ("pss10", 10, [0, 1, 2, 3, 4], {4, 5, 7, 8}),
        ("pss4", 4, [0, 1, 2, 3, 4], {2, 3}),
    ],
)
def test_a_key_has_its_items_answers_and_reversed_items(
    name: str, count: int, values: list[float], turned: set[int]
) -> None:
    scale = SCALES[name]
    assert (scale.item_count, scale.values, set(scale.reversed)) == (count, values, turned)
    assert scale.source


@pytest.mark.parametrize("name", SCALES)
def test_every_item_counts_in_exactly_one_score(name: str) -> None:
    scale = SCALES[name]
    assert sorted(number for one in scale.subscales for number in one.items) == list(range(1, scale.item_count + 1))


@pytest.mark.parametrize(
    ("name", "score", "lowest", "highest"),
    [
        ("cbi", "work", 0, 100),
        ("who5", "wellbeing", 0, 100),
        ("proqol5", "burnout", 10, 50),
        ("olbi", "exhaustion", 1, 4),
        ("single_item", "exhaustion", 1, 5),
        ("pss10", "stress", 0, 40),
        ("pss4", "stress", 0, 16),
    ],
)
def test_a_score_has_its_range(name: str, score: str, lowest: float, highest: float) -> None:
    scale = SCALES[name]
    (subscale,) = (one for one in scale.subscales if one.id == score)
    assert scale.limits(subscale) == (lowest, highest)
    for numbers, end in ((min(scale.values), lowest), (max(scale.values), highest)):
        other = min(scale.values) + max(scale.values) - numbers
        answers = {number: other if number in scale.reversed else numbers for number in subscale.items}
        assert scale.score(subscale, answers) == end


@pytest.mark.parametrize(
    ("name", "answers", "score"),
    [
        ("who5", [3, 2, 4, 1, 0], 40),
        ("pss4", [4, 1, 0, 2], 4 + 3 + 4 + 2),
        ("single_item", [3], 3),
    ],
)
def test_a_score_worked_by_hand(name: str, answers: list[float], score: float) -> None:
    scale = SCALES[name]
    assert scale.score(scale.subscales[0], dict(enumerate(answers, 1))) == score


def test_the_reversed_work_item_counts_the_other_way_round() -> None:
    scale = SCALES["cbi"]
    work = scale.subscales[1]
    answers = dict.fromkeys(work.items, 25.0) | {13: 100.0}
    assert scale.score(work, answers) == pytest.approx(150 / 7)


def test_a_missing_answer_gives_no_score_and_a_wrong_one_is_refused() -> None:
    scale = SCALES["who5"]
    assert scale.score(scale.subscales[0], {1: 3, 2: 3}) is None
    with pytest.raises(ValueError, match="the answers of WHO-5 Well-Being Index are 0, 1, 2, 3, 4, 5"):
        scale.score(scale.subscales[0], {1: 6, 2: 3, 3: 3, 4: 3, 5: 3})


def _item_31(key: dict[str, Any]) -> None:
    key["subscales"][0]["items"].append(31)


def _item_twice(key: dict[str, Any]) -> None:
    key["subscales"][0]["items"].append(3)


def _reversed_0(key: dict[str, Any]) -> None:
    key["reversed"].append(0)


def _cut_off_51(key: dict[str, Any]) -> None:
    key["subscales"][0]["cut_offs"][0]["at_most"] = 51


def _no_limit(key: dict[str, Any]) -> None:
    key["subscales"][0]["cut_offs"][0] = {"meaning": "x", "verified": True}


def _uneven(key: dict[str, Any]) -> None:
    key["values"] = [1, 2, 4]


@pytest.mark.parametrize("spoil", [_item_31, _item_twice, _reversed_0, _cut_off_51, _no_limit, _uneven])
def test_a_key_out_of_range_is_refused(spoil: Callable[[dict[str, Any]], None]) -> None:
    key = SCALES["proqol5"].model_dump(exclude_none=True)
    assert Scale.model_validate(key) == SCALES["proqol5"]
    spoil(key)
    with pytest.raises(ValidationError):
        Scale.model_validate(key)
