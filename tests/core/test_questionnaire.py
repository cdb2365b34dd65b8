"""The frozen form of a program's questionnaires."""

from datetime import time, timedelta

import pytest

from core.levels import Level
from core.questionnaire import Cadence, Item, ItemKind, Option, Questionnaire

YES = Option("yes", {"en": "Yes"})
ITEM = Item("ready", ItemKind.CHOICE, {"en": "Ready?"}, (YES, Option("no", {"en": "No"})))


def test_an_option_is_found_by_its_value() -> None:
    assert ITEM.option("yes") is YES
    assert ITEM.option("Yes") is None


def test_an_item_is_found_by_its_id() -> None:
    questionnaire = Questionnaire("pulse", {"en": "Pulse"}, None, None, timedelta(hours=12), (ITEM,))
    assert questionnaire.item("ready") is ITEM
    assert questionnaire.item("") is None


@pytest.mark.parametrize(("days", "every_weeks"), [((7,), 1), ((-1,), 1), ((0, 9), 1), ((0,), 0), ((), -1)])
def test_a_cadence_that_never_was_is_refused(days: tuple[int, ...], every_weeks: int) -> None:
    with pytest.raises(ValueError, match="days are 0 to 6"):
        Cadence(days, time(9), every_weeks)


def test_a_cadence_without_days_is_one_that_is_never_sent_by_itself() -> None:
    assert Cadence((), time(9)).days == ()


@pytest.mark.parametrize("level", Level)
def test_a_level_is_known_by_its_code(level: Level) -> None:
    assert Level.from_code(level.code) is level


@pytest.mark.parametrize("code", ["", "red", "5", "crisis "])
def test_an_unknown_level_is_refused_with_those_that_there_are(code: str) -> None:
    with pytest.raises(ValueError, match="it is one of steady, watch, concern, urgent, crisis"):
        Level.from_code(code)
