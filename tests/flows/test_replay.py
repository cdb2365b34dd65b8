"""`replay`: what goes in, what comes out row by row, and every line that is refused."""

import csv
import io
import re
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import scored_items
from core.parameters import DEFAULT_PARAMETERS, Workload
from flows.replay import HEADER, replay_csv
from flows.replay_read import BadHistory
from tests.core.histories import random_history
from tests.core.plain_scoring import score

LEVELS = ("steady", "watch", "concern", "urgent", "crisis")
PASSED_OVER = {"practice_1", "m_rested"}


def replay(text: str | bytes, **options: Any) -> list[dict[str, str]]:
    """Replay a file and return its rows by column."""
    out = io.StringIO()
    data = text.encode() if isinstance(text, str) else text
    count = replay_csv(io.BytesIO(data), out, passed_over=PASSED_OVER, **options)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert out.getvalue().splitlines()[0] == ",".join(HEADER)
    assert len(rows) == count
    return rows


def lines_of(mentor: str, history: Iterable[dict[str, Any]]) -> list[str]:
    """Write a history as lines: one for each answer."""
    return [
        f"{mentor},{one['at'].isoformat()},{item},{value}"
        for one in history
        for item, value in one.items()
        if item not in ("kind", "at")
    ]


def test_random_histories_come_out_as_the_plain_telling_has_them() -> None:
    histories = {f"m{seed:03}": random_history(seed) for seed in range(40)}
    lines = [line for mentor, history in histories.items() for line in lines_of(mentor, history)]
    Random(5).shuffle(lines)
    rows = replay("\n".join(["mentor,at,item,value", *lines]))
    expected = [
        (mentor, one, plain)
        for mentor, history in sorted(histories.items())
        for one, plain in zip(
            sorted(history, key=lambda c: (c["at"], c["kind"] == "weekly")), score(history), strict=True
        )
    ]
    for row, (mentor, one, plain) in zip(rows, expected, strict=True):
        assert (row["mentor"], row["at"], row["checkin"]) == (mentor, one["at"].isoformat(), one["kind"])
        for name in ("strain", "weekly", "load", "z", "limit"):
            if plain[name] is None:
                assert row[name] == ""
            else:
                assert float(row[name]) == pytest.approx(plain[name], abs=1e-9)
                assert len(row[name].partition(".")[2]) >= 9
        assert row["reasons"] == "|".join(plain["codes"])
        assert row["level"] == LEVELS[plain["level"]]
        assert row["alert"] == (LEVELS[plain["alert"]] if plain["alert"] else "")


def test_an_instant_is_echoed_as_it_was_first_spelled_and_none_is_utc() -> None:
    rows = replay(
        "mentor,at,item,value\n"
        "sam,2026-01-05T09:00:00-05:00,fuel,3\n"
        "sam,2026-01-05T14:00:00Z,spill,1\n"
        "sam,2026-01-05 14:00,stories,1\n"
        "sam,20260105T150000+0100,people,4\n"
        "sam,2026-01-05T14:00:00.000001Z,fuel,3\n"
    )
    assert [(row["at"], row["checkin"], row["strain"]) for row in rows] == [
        ("2026-01-05T09:00:00-05:00", "pulse", "25.000000000"),
        ("20260105T150000+0100", "weekly", ""),
        ("2026-01-05T14:00:00.000001Z", "pulse", ""),
    ]


def test_a_repeated_line_wins_over_the_earlier() -> None:
    rows = replay(
        "mentor,at,item,value\n"
        "sam,2026-01-05T09:00Z,reach_out,not_safe\n"
        "sam,2026-01-05T09:00Z,fuel,0\n"
        "sam,2026-01-05T10:00+01:00,reach_out,no\n"
    )
    assert [(row["at"], row["level"]) for row in rows] == [("2026-01-05T09:00Z", "steady")]


def test_mentors_sort_by_code_point() -> None:
    lines = [f"{mentor},2026-01-05T09:00Z,fuel,2" for mentor in ("é", "b", "Z", "a", "B", "😀", "10", "9", "￿")]
    rows = replay("\n".join(["mentor,at,item,value", *lines]))
    assert [row["mentor"] for row in rows] == ["10", "9", "B", "Z", "a", "b", "é", "￿", "😀"]


def test_the_columns_may_stand_in_any_order_with_a_byte_order_mark_and_blank_lines() -> None:
    rows = replay(b'\xef\xbb\xbfvalue,item,at,mentor\r\n\r\n4,spill,2026-01-05T09:00Z,"Ann, B."\r\n\r\n')
    assert [(row["mentor"], row["checkin"]) for row in rows] == [("Ann, B.", "pulse")]


def test_a_file_without_answers_has_a_header_alone() -> None:
    assert replay("mentor,at,item,value\n") == []
    assert replay("mentor,at,item,value,note\nsam,2026-01-05T09:00Z,practice_1,b,\n") == []


def test_items_without_a_score_are_passed_over() -> None:
    rows = replay("mentor,at,item,value\nsam,2026-01-05T09:00Z,m_rested,4\nsam,2026-01-05T09:00Z,why,4\n")
    assert [(row["checkin"], row["weekly"], row["load"], row["level"]) for row in rows] == [
        ("weekly", "", "", "steady")
    ]


def test_negative_zero_is_zero() -> None:
    fuel = "\n".join(
        f"sam,2026-01-{day:02}T09:00Z,{item},2" for day in range(1, 31) for item in ("fuel", "spill", "stories")
    )
    assert not [row for row in replay("mentor,at,item,value\n" + fuel) if row["z"].startswith("-0.000000000")]


def test_the_load_is_measured_against_the_given_workload() -> None:
    text = "mentor,at,item,value\nsam,2026-01-05T09:00Z,people,6\n"
    assert replay(text)[0]["load"] == "0.000000000"
    assert replay(text, workload=Workload(cap=5))[0]["load"] == "25.000000000"


GOOD = "sam,2026-01-05T09:00Z,fuel,3"


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("sam,2026-01-05T09:00Z,fuel,5", "fuel: a whole number from 0 to 4 is expected, as digits"),
        ("sam,2026-01-05T09:00Z,fuel,+3", "fuel: a whole number"),
        ("sam,2026-01-05T09:00Z,fuel,3e0", "fuel: a whole number"),
        ("sam,2026-01-05T09:00Z,fuel,1.5", "fuel: a whole number"),
        ("sam,2026-01-05T09:00Z,hours,168.5", "hours: a whole or half number from 0 to 168"),
        ("sam,2026-01-05T09:00Z,hours,-1", "hours: a whole or half number"),
        ("sam,2026-01-05T09:00Z,hours,1.25", "hours: a whole or half number"),
        ("sam,2026-01-05T09:00Z,no_break,8", "no_break: a whole or half number from 0 to 7"),
        ("sam,2026-01-05T09:00Z,reach_out,maybe", "reach_out: one of no, not_safe, this_week, today is expected"),
        ("sam,2026-01-05T09:00Z,boundary_kind,gossip", "boundary_kind: one of after_hours"),
        ("sam,2026-01-05T09:00Z,fuel,", "the value is empty"),
        ("sam,2026-01-05T09:00Z,practice_1,", "the value is empty"),
        (",2026-01-05T09:00Z,fuel,3", "the mentor is empty"),
        ("sam,2026-01-05T09:00Z,mood,3", "unknown item 'mood'"),
        ("sam,2026-01-05T09:00Z,He said a lot,3", "unknown item;"),
        ("sam,yesterday,fuel,3", "`at` is not an instant"),
        ("sam,,fuel,3", "`at` is not an instant"),
        ("sam,2026-02-30T09:00Z,fuel,3", "`at` is not an instant"),
        ("sam,2026-01-05T09:00Z,fuel", "3 columns where the header has 4"),
        ("sam,2026-01-05T09:00Z,fuel,3,4", "5 columns where the header has 4"),
        ('sam,2026-01-05T09:00Z,fuel,"3', "not readable as CSV"),
        ('sam,2026-01-05T09:00Z,fuel,"3"x', "not readable as CSV"),
        (f"sam,2026-01-05T09:00Z,fuel,{'3' * 200_000}", "not readable as CSV"),
    ],
)
def test_a_faulty_line_is_refused_with_its_number_and_the_whole_file_with_it(bad: str, fault: str) -> None:
    out = io.StringIO()
    with pytest.raises(BadHistory) as refused:
        replay_csv(io.BytesIO(f"mentor,at,item,value\n{GOOD}\n\n{bad}\n".encode()), out, passed_over=PASSED_OVER)
    assert refused.value.line == 4
    assert str(refused.value).startswith(f"line 4: {fault}")
    assert "\n" not in str(refused.value)
    assert "He said" not in str(refused.value)
    assert out.getvalue() == ""


def test_a_note_over_several_lines_keeps_the_count_of_lines() -> None:
    text = f'mentor,at,item,value,note\n{GOOD},"one\ntwo\nthree"\n{GOOD},\nsam,2026-01-05T09:00Z,fuel,9,\n'
    with pytest.raises(BadHistory, match=r"^line 6: fuel"):
        replay(text)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("", "the header lacks mentor, at, item, value"),
        ("mentor,at,item", "the header lacks value"),
        ("mentor,at,item,value,mood", "the header has a column too many"),
        ("mentor,mentor,at,item,value", "the header has a column too many"),
    ],
)
def test_a_faulty_header_is_line_one(header: str, fault: str) -> None:
    with pytest.raises(BadHistory, match=f"^line 1: {fault}"):
        replay(header)


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(BadHistory, match=r"^line 3: not in UTF-8"):
        replay(f"mentor,at,item,value\n{GOOD}\n".encode() + b"jos\xe9,2026-01-05T09:00Z,fuel,3\n")


def refused_line(data: bytes) -> int:
    """Return the number of the line that is refused, 0 when none is."""
    try:
        replay(data)
    except BadHistory as refused:
        return refused.line
    return 0


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from([GOOD, "sam,2026-01-05T09:00Z,hours,60"])), max_size=6))
def test_no_text_makes_it_crash(lines: list[str]) -> None:
    text = "\n".join(["mentor,at,item,value", *lines]).encode("utf-8", "surrogatepass")
    assert refused_line(text) in range(text.count(b"\n") + 2)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_crash(data: bytes) -> None:
    with pytest.raises(BadHistory):
        replay(data)


@given(
    st.sampled_from(sorted(scored_items(DEFAULT_PARAMETERS.boundaries))),
    st.text(st.sampled_from("0123456789.+-eE, ninfthreaoymds_"), max_size=12),
)
def test_a_value_is_taken_or_refused_and_never_guessed(item: str, value: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["mentor", "at", "item", "value"], ["sam", "2026-01-05T09:00Z", item, value]])
    line = refused_line(text.getvalue().encode())
    assert line in (0, 2)
    if line == 0:
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?|[a-z_ ]+", value)


# Notes


def with_note(note: str, **options: Any) -> dict[str, str]:
    text = io.StringIO()
    csv.writer(text).writerows(
        [["mentor", "at", "item", "value", "note"], ["sam", "2026-01-05T09:00Z", "fuel", "3", note]]
    )
    return replay(text.getvalue(), **options)[0]


def reader(note: str) -> list[tuple[str, str]]:
    """Stand in for the reading of notes, which has its own tests: the note itself says what is found in it."""
    return [(kind, urgency) for kind, _, urgency in (part.partition(":") for part in note.split())]


@pytest.mark.parametrize(
    ("note", "level", "reasons"),
    [
        ("", "steady", ""),
        ("self_risk:immediate", "crisis", "risk_note"),
        ("client_risk:same_day other_risk:immediate", "crisis", "risk_note"),
        ("self_risk:same_day", "steady", ""),
        ("relapse:immediate", "steady", ""),
        ("help_request:immediate boundary:immediate", "steady", ""),
    ],
)
def test_an_immediate_risk_in_a_note_stands_for_nobody_has_confirmed_it(note: str, level: str, reasons: str) -> None:
    row = with_note(note, read_note=reader)
    assert (row["level"], row["reasons"], row["alert"]) == (level, reasons, "crisis" if reasons else "")


def test_without_a_reader_notes_change_nothing() -> None:
    assert with_note("self_risk:immediate")["level"] == "steady"


def test_a_note_never_changes_a_number() -> None:
    silent, risky = with_note("", read_note=reader), with_note("self_risk:immediate", read_note=reader)
    for name in ("strain", "weekly", "load", "z", "limit"):
        assert silent[name] == risky[name]


def test_a_repeated_line_replaces_the_note_of_the_earlier_as_well() -> None:
    text = (
        "mentor,at,item,value,note\n"
        "sam,2026-01-05T09:00Z,fuel,3,self_risk:immediate\n"
        "sam,2026-01-05T09:00Z,spill,1,\n"
        "sam,2026-01-05T09:00Z,fuel,2\n"
    )
    assert replay(text, read_note=reader)[0]["level"] == "steady"
