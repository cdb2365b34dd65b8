"""Who takes part and who can be told anything."""

from datetime import timedelta

import pytest

from core.people import Role
from tests.core.factories import NOW, a_person

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("name", "shown"), [("Sam Rivera", "Sam"), ("  Ana  ", "Ana"), ("", ""), (" ", " ")])
def test_the_first_name_is_the_first_word_of_the_name(name: str, shown: str) -> None:
    assert a_person(name=name).first_name == shown


@pytest.mark.parametrize(
    ("away_from", "away_until", "away"),
    [
        (None, None, False),
        (None, NOW + SECOND, False),
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (NOW - SECOND, NOW, False),  # the end is the first instant of being back
        (NOW - SECOND, NOW + SECOND, True),
    ],
)
def test_being_away_has_a_beginning_and_may_have_an_end(away_from: object, away_until: object, away: bool) -> None:
    assert a_person(away_from=away_from, away_until=away_until).is_away(NOW) is away


def test_a_mentor_who_joined_agreed_and_stayed_takes_part() -> None:
    assert a_person().takes_part


@pytest.mark.parametrize("missing", [{"telegram_id": None}, {"consented_at": None}, {"left_at": NOW}])
def test_without_joining_agreeing_or_after_leaving_nobody_is_asked(missing: dict[str, object]) -> None:
    assert not a_person(**missing).takes_part


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEAD])
def test_staff_are_never_asked(role: Role) -> None:
    assert not a_person(role).takes_part


@pytest.mark.parametrize(
    ("role", "version", "asked"),
    [
        (Role.MENTOR, "1.1.en.ab", True),
        (Role.MENTOR, "1.1.en.sab", False),
        (Role.SUPERVISOR, "1.1.en.ab", False),
        (Role.SUPERVISOR, "1.1.en.sab", True),
        (Role.SUPERVISOR, "nonsense.s.", False),
        (Role.LEAD, "1.1.en.sab", False),
    ],
)
def test_a_consent_holds_in_the_role_in_which_it_was_given(role: Role, version: str, asked: bool) -> None:
    assert a_person(role, consent_version=version).takes_part is asked


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("missing", [{"telegram_id": None}, {"unreachable_since": NOW}, {"left_at": NOW}])
def test_who_has_no_chat_blocked_us_or_left_cannot_be_told(role: Role, missing: dict[str, object]) -> None:
    assert a_person(role).can_receive
    assert not a_person(role, **missing).can_receive
