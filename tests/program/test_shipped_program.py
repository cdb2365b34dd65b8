"""The shipped program: what is asked, in both languages, and who is told."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from core.levels import Level
from core.parameters import DEFAULT_PARAMETERS
from core.policy import Step
from core.questionnaire import Cadence, Item, ItemKind, Questionnaire, Urgency
from core.timetable import QuietHours
from program.load import load_program

PROGRAM = load_program(None)
CHECKINS = {checkin.id: checkin for checkin in PROGRAM.all_checkins}
ITEMS = [(checkin.id, item) for checkin in PROGRAM.all_checkins for item in checkin.items]
CHAIN = (Step.SUPERVISOR, Step.BACKUP, Step.LEAD)


def test_all_four_checkins_are_sent() -> None:
    assert [checkin.id for checkin in PROGRAM.checkins] == ["pulse", "weekly", "practice", "monthly"]
    assert list(CHECKINS) == ["pulse", "weekly", "practice", "monthly"]


def test_the_shipped_program_warns_of_nothing() -> None:
    assert PROGRAM.warnings == ()


def test_the_shipped_numbers_are_those_of_the_scoring() -> None:
    assert PROGRAM.scoring == DEFAULT_PARAMETERS
    assert PROGRAM.scoring.rules_version == DEFAULT_PARAMETERS.rules_version


@pytest.mark.parametrize(
    ("checkin", "cadence", "remind", "expires", "count", "draw", "affects"),
    [
        ("pulse", Cadence((0, 2, 4), time(9)), 3, 12, 5, None, True),
        ("weekly", Cadence((4,), time(15)), 3, 72, 17, None, True),
        ("practice", Cadence((1,), time(12), 2), None, 72, 13, 1, False),
        ("monthly", Cadence((3,), time(12), 4), 24, 168, 16, None, False),
    ],
)
def test_each_check_in_comes_at_its_time(
    checkin: str, cadence: Cadence, remind: int | None, expires: int, count: int, draw: int | None, affects: bool
) -> None:
    found = CHECKINS[checkin]
    assert found.cadence == cadence
    assert found.remind_after == (None if remind is None else timedelta(hours=remind))
    assert found.expires_after == timedelta(hours=expires)
    assert (len(found.items), found.draw, found.affects_level) == (count, draw, affects)


@pytest.mark.parametrize(
    ("level", "within", "lapses"),
    [(Level.CONCERN, 240, 1440), (Level.URGENT, 15, 60), (Level.CRISIS, 15, 15)],
)
def test_each_level_has_its_chain(level: Level, within: int, lapses: int) -> None:
    policy = PROGRAM.policy(level)
    assert (policy.level, policy.steps, policy.repeat) == (level, CHAIN, 3)
    assert policy.acknowledge_within == timedelta(minutes=within)
    assert policy.acknowledgement_lapses_after == timedelta(minutes=lapses)


def test_nobody_is_told_of_a_level_that_the_mentor_alone_sees() -> None:
    for level in (Level.STEADY, Level.WATCH):
        with pytest.raises(KeyError):
            PROGRAM.policy(level)


def test_times_and_keeping_are_the_agreed_ones() -> None:
    assert PROGRAM.quiet_hours == QuietHours(time(21), time(8))
    assert PROGRAM.notes.confirm_within == timedelta(minutes=10)
    assert PROGRAM.invites_valid_for == timedelta(days=7)
    assert PROGRAM.later_after == timedelta(hours=1)
    keep = PROGRAM.retention
    assert (keep.answers.days, keep.scores.days, keep.notes.days) == (90, 365, 30)


@pytest.mark.parametrize(
    ("country", "number", "emergency"),
    [
        ("US", "988", "911"),
        ("CA", "988", "911"),
        ("GB", "116 123", "999"),
        ("IE", "116 123", "112"),
        ("ES", "024", "112"),
        ("MX", "800 911 2000", "911"),
        ("AU", "13 11 14", "000"),
    ],
)
def test_each_country_has_its_crisis_line_and_says_it_in_both_languages(
    country: str, number: str, emergency: str
) -> None:
    line = PROGRAM.crisis_line(country)
    assert (line.country, line.number, line.emergency_number) == (country, number, emergency)
    for language in ("en", "es"):
        assert number in line.text[language]
        assert emergency in line.text[language]


def test_help_in_the_united_states_is_the_default_and_says_how_to_get_spanish() -> None:
    assert PROGRAM.crisis_line() == PROGRAM.crisis_line("US")
    assert PROGRAM.emergency_number == "911"
    assert "oprime 2" in PROGRAM.crisis_line().text["es"]


def test_the_pulse_asks_for_a_person_with_the_agreed_answers() -> None:
    reach_out = CHECKINS["pulse"].items[-1]
    assert [option.value for option in reach_out.options] == ["no", "this_week", "today", "not_safe"]
    assert reach_out.text == {"en": "Want a person to reach out?", "es": "¿Quieres que alguien te contacte?"}
    assert reach_out.options[3].label == {"en": "I'm not safe", "es": "No estoy a salvo"}
    assert not reach_out.scored


def test_a_scale_is_answered_from_not_at_all_to_very_much() -> None:
    fuel = CHECKINS["pulse"].items[0]
    assert [option.value for option in fuel.options] == ["0", "1", "2", "3", "4"]
    assert [option.label["es"].lower() for option in fuel.options] == [
        "nada",
        "un poco",
        "más o menos",
        "bastante",
        "muchísimo",
    ]


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("supervision", ["none", "group", "one_to_one"]),
        ("boundary", ["no", "handled", "unsure", "open"]),
        ("boundary_when", ["next_supervision", "today", "now"]),
    ],
)
def test_the_weekly_has_the_agreed_answers(item: str, values: list[str]) -> None:
    found = CHECKINS["weekly"].item(item)
    assert found is not None
    assert [option.value for option in found.options] == values
    assert not found.scored


@pytest.mark.parametrize(("checkin", "item"), ITEMS, ids=lambda value: value.id if isinstance(value, Item) else value)
def test_a_scale_or_count_offers_only_what_it_takes(checkin: str, item: Item) -> None:
    if item.kind not in (ItemKind.SCALE, ItemKind.COUNT):
        assert item.options, "a choice needs options"
        return
    values = [Decimal(option.value) for option in item.options]
    assert values == sorted(values)
    assert values[0] == item.minimum == 0
    assert values[-1] <= item.maximum
    highest = {"hours": 168, "no_break": 7}.get(item.id, 200 if item.kind is ItemKind.COUNT else 4)
    assert item.maximum == highest


def test_a_tapped_range_stands_for_its_middle() -> None:
    ranges = [
        option
        for item in CHECKINS["weekly"].items
        if item.kind is ItemKind.COUNT
        for option in item.options
        if "–" in option.label["en"]
    ]
    assert len(ranges) > 15
    for option in ranges:
        low, high = map(Decimal, option.label["en"].split("–"))
        assert abs(Decimal(option.value) - (low + high) / 2) <= Decimal("0.5")


def test_follow_ups_on_boundaries_are_asked_only_after_a_challenge() -> None:
    kind, when = CHECKINS["weekly"].item("boundary_kind"), CHECKINS["weekly"].item("boundary_when")
    assert kind is not None
    assert when is not None
    assert kind.kind is ItemKind.CHOICES
    assert kind.only_if == {"boundary": ("handled", "unsure", "open")}
    assert when.only_if == {"boundary": ("unsure", "open")}


def test_the_boundary_kinds_are_those_of_the_scoring() -> None:
    boundaries = DEFAULT_PARAMETERS.boundaries
    for urgency in Urgency:
        named = tuple(kind.id for kind in PROGRAM.boundary_kinds.values() if kind.urgency is urgency)
        assert named == getattr(boundaries, urgency.value)


def test_practice_has_twelve_situations_with_a_best_a_partial_and_a_harmful_answer() -> None:
    drawn = [item for item in CHECKINS["practice"].items if not item.always]
    assert [item.id for item in drawn] == [f"practice_{number}" for number in range(1, 13)]
    for item in drawn:
        assert [(option.value, option.points) for option in item.options] == [
            ("best", 3),
            ("partly", 1),
            ("harmful", 0),
        ]
        assert all(option.reason for option in item.options)
    for language in ("en", "es"):
        lengths = [[len(option.label[language]) for option in item.options] for item in drawn]
        assert all(length <= 90 for row in lengths for length in row)
        # Nobody should find the best answer by its length alone.
        assert sum(row[0] == max(row) for row in lengths) <= 4
        assert sum(row[0] == min(row) for row in lengths) <= 6
    assert [item.id for item in CHECKINS["practice"].items if item.always] == ["practice_supervision"]


def test_practice_and_the_month_score_nothing() -> None:
    for name in ("practice", "monthly"):
        assert not any(item.scored for item in CHECKINS[name].items)


def texts(checkin: Questionnaire) -> list[dict[str, str]]:
    found = [dict(checkin.title)]
    for item in checkin.items:
        found.append(dict(item.text))
        for option in item.options:
            found.append(dict(option.label))
            found += [dict(option.reason)] if option.reason else []
    return found


@pytest.mark.parametrize("name", CHECKINS)
def test_every_text_is_there_in_english_and_spanish(name: str) -> None:
    same = {"no"}
    for text in texts(CHECKINS[name]):
        assert set(text) == {"en", "es"}
        words = any(sign.isalpha() for sign in text["en"])
        assert (text["en"] != text["es"]) == words or text["en"].lower() in same, text


@pytest.mark.parametrize("name", CHECKINS)
def test_no_text_speaks_of_burnout_as_a_verdict_nor_of_a_diagnosis(name: str) -> None:
    refused = ("burnout", "burned out", "diagnos", "medication", "relapse", "agotamiento", "recaída")
    for text in texts(CHECKINS[name]):
        assert not any(word in value.lower() for value in text.values() for word in refused), text


@pytest.mark.parametrize("name", CHECKINS)
def test_spanish_opens_its_questions_and_says_tu(name: str) -> None:
    for text in texts(CHECKINS[name]):
        assert text["es"].count("?") == text["es"].count("¿"), text
        assert text["es"].count("!") == text["es"].count("¡"), text
        assert not {"usted", "ustedes", "su merced"} & set(text["es"].lower().split()) or "entre ustedes" in text["es"]
