"""`keepwell simulate`, and the world, detectors and figures that it stands on."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf, sqrt
from pathlib import Path
from random import Random
from statistics import correlation, fmean, pstdev

import pytest
from click.testing import CliRunner

from app.main import cli
from app.simulation.detectors import Alarm, Cusum, MovingAverage, Scoring, Threshold, without_parts
from app.simulation.figures import Figure, median, rate, share
from app.simulation.jobs import Part, count_jobs, run_parts
from app.simulation.report import Goal
from app.simulation.study import NO_CHANGE, PLAIN, SHIPPED, Row
from app.simulation.world import ROUGH, START, Asked, Life, Rise, World, live
from core.assessment import PULSE, WEEKLY, CheckinAnswers, replay
from core.levels import Level
from core.parameters import DEFAULT_PARAMETERS as NUMBERS
from core.parameters import WEEKLY_SCALE
from core.scores import strain

EVERYBODY = replace(PLAIN, response=1.0)


def lives(world: World, number: int = 60) -> list[Life]:
    return [live(world, Asked(), Random(f"test:{mentor}")) for mentor in range(number)]


def weeks_of(life: Life, at: datetime) -> float:
    return (at - life.counted_from) / timedelta(weeks=1)


# The world


def test_a_seed_gives_the_same_life() -> None:
    assert lives(PLAIN, 3) == lives(PLAIN, 3)
    assert lives(PLAIN, 1)[0] != live(PLAIN, Asked(), Random("another"))


def test_check_ins_come_on_the_days_of_the_program() -> None:
    (life,) = lives(EVERYBODY, 1)
    weeks = EVERYBODY.run_in_weeks + EVERYBODY.weeks
    assert len(life.pulses) == 3 * weeks
    assert {(one.kind, one.at.weekday()) for one in life.checkins} == {
        *((PULSE, day) for day in (0, 2, 4)),
        (WEEKLY, 4),
    }
    rare = live(EVERYBODY, Asked(pulse_days=(1,), weekly_every=4), Random("rare"))
    assert len(rare.pulses) == weeks
    assert sum(one.kind == WEEKLY for one in rare.checkins) == -(-weeks // 4)
    assert [one.at for one in rare.checkins] == sorted(one.at for one in rare.checkins)


def test_strain_has_the_spread_and_the_memory_that_are_assumed() -> None:
    middle = replace(EVERYBODY, usual_from=45.0, usual_to=55.0, usual_mean=50.0, run_in_weeks=0, weeks=400)
    spreads, memories = [], []
    for mentor in range(8):
        scores = [
            score for _, score in live(middle, Asked(pulse_days=tuple(range(7))), Random(f"daily:{mentor}")).pulses
        ]
        spreads.append(pstdev(scores))
        memories.append(correlation(scores[:-1], scores[1:]))
    assert fmean(spreads) == pytest.approx(12, abs=0.4)
    assert fmean(memories) == pytest.approx(0.6, abs=0.03)


def test_a_rise_is_reached_over_its_weeks_and_lasts() -> None:
    rise = Rise(20, 4)
    assert (rise.at(-1), rise.at(0), rise.at(2), rise.at(4), rise.at(50)) == (0, 0, 10, 20, 20)
    pairs = zip(lives(EVERYBODY), lives(replace(EVERYBODY, rise=rise)), strict=True)
    before, half, after = [], [], []
    for calm, risen in pairs:
        for (at, low), (_, high) in zip(calm.pulses, risen.pulses, strict=True):
            week = weeks_of(calm, at)
            (before if week < 0 else after if week > 4 else half).append(high - low)
    assert set(before) == {0.0}
    # Mondays, Wednesdays and Fridays of four weeks: 12.5 of 28 days on average.
    assert fmean(half) == pytest.approx(20 * 12.5 / 28, abs=0.3)
    assert fmean(after) == pytest.approx(20, abs=0.5)  # a few reach 100 and stay there


def test_two_thirds_answer_and_fewer_when_strain_is_high() -> None:
    answered = [len(life.pulses) / (3 * 78) for life in lives(PLAIN)]
    assert fmean(answered) == pytest.approx(0.68, abs=0.02)
    risen = [len(life.pulses) / (3 * 78) for life in lives(replace(PLAIN, rise=Rise(40, 1)))]
    assert fmean(risen) < fmean(answered) - 0.05
    assert lives(replace(PLAIN, response=0.0), 1)[0].checkins == ()


def test_the_weekly_asks_about_the_week_behind_it() -> None:
    exact = replace(EVERYBODY, weekly_error=0.0)
    life = live(exact, Asked(pulse_days=tuple(range(7))), Random("week"))
    daily = [score for _, score in life.pulses]
    weeklies = [strain(one.answers, WEEKLY_SCALE) for one in life.checkins if one.kind == WEEKLY]
    for number, score in enumerate(weeklies[1:], 1):
        assert score == pytest.approx(fmean(daily[7 * number - 2 : 7 * number + 5]), abs=1e-9)


def test_the_rough_world_answers_in_whole_numbers_and_some_repeat_themselves() -> None:
    rough = lives(ROUGH)
    values = {value for life in rough for one in life.checkins for value in one.answers.values()}
    assert values == {0, 1, 2, 3, 4}
    repeated = [
        fmean(a.answers == b.answers for a, b in pairwise(pulses))
        for pulses in ([one for one in life.checkins if one.kind == PULSE] for life in rough)
    ]
    assert sum(share_ > 0.4 for share_ in repeated) == pytest.approx(9, abs=5)  # 15 % of 60


# The detectors


def life_of(*scores: float, gap: timedelta = timedelta(days=2)) -> Life:
    pulses = tuple((START + number * gap, float(score)) for number, score in enumerate(scores))
    checkins = tuple(
        CheckinAnswers(PULSE, at, {"fuel": 4 - s / 25, "spill": s / 25, "stories": s / 25, "switch_off": 4 - s / 25})
        for at, s in pulses
    )
    return Life(checkins, pulses, START, 52)


def numbers_of(alarms: Sequence[Alarm]) -> list[int]:
    return [(alarm.at - START) // timedelta(days=2) for alarm in alarms]


def test_the_scoring_detector_is_the_scoring_itself() -> None:
    for life in lives(replace(PLAIN, rise=Rise(30, 2)), 10):
        expected = [(row.at, row.alert) for row in replay(life.checkins) if row.alert is not None]
        assert [(alarm.at, alarm.level) for alarm in Scoring(SHIPPED, NUMBERS).alarms(life)] == expected
        assert expected


def test_the_fixed_threshold_needs_two_in_a_row_and_tells_once() -> None:
    detector = Threshold(60, NUMBERS)
    assert numbers_of(detector.alarms(life_of(60, 59, 60, 60, 60, 10, 70, 70))) == [3]
    assert numbers_of(detector.alarms(life_of(60, 60, *[0] * 21, 60, 60))) == [1, 24]


def test_the_plain_moving_average_learns_from_nine_and_has_no_clip() -> None:
    calm = [28, 44] * 4 + [36]  # mean 36, spread 8 and the floor is 8
    limit = 1.0 / sqrt(0.2 / 1.8)  # a moving average of 1
    assert numbers_of(MovingAverage(limit, NUMBERS).alarms(life_of(*calm, 75))) == []
    assert numbers_of(MovingAverage(limit, NUMBERS).alarms(life_of(*calm, 77))) == [9]
    assert MovingAverage(limit, NUMBERS).alarms(life_of(*calm[:5])) == []


def test_the_cusum_adds_what_exceeds_its_allowance_and_starts_anew() -> None:
    calm = [28, 44] * 4 + [36]
    # Each pulse of 48 adds 1.5 - 0.5: above 2.5 at the third one.
    assert numbers_of(Cusum(2.5, NUMBERS).alarms(life_of(*calm, 48, 48, 48))) == [11]
    assert numbers_of(Cusum(2.5, NUMBERS).alarms(life_of(*calm, 48, 36, 36, 36, 48, 48))) == []


def test_a_part_that_is_switched_off_is_the_only_difference() -> None:
    parts = {detector.name: detector.parameters for detector in without_parts(NUMBERS)}
    assert parts["no weekly fusion"] == replace(NUMBERS, change=parts["no weekly fusion"].change)
    assert parts["no latch"] == replace(NUMBERS, change=parts["no latch"].change)
    assert parts["no adaptation"].change == NUMBERS.change
    assert len({numbers.rules_version for numbers in parts.values()} | {NUMBERS.rules_version}) == 4


# The figures


def test_a_share_has_the_interval_of_wilson() -> None:
    # Worked by hand: (0.8 + 3.8415 / 200) / (1 + 3.8415 / 100) and so on.
    figure = share(80, 100)
    assert (figure.value, figure.low, figure.high) == (
        0.8,
        pytest.approx(0.7112, abs=1e-4),
        pytest.approx(0.8666, abs=1e-4),
    )
    assert share(0, 10).low == 0.0
    assert share(10, 10).high == pytest.approx(1.0)


def test_a_rate_has_the_interval_of_its_spread_between_mentors() -> None:
    figure = rate([0, 0, 1, 3])
    assert figure.value == 1.0
    assert figure.high == pytest.approx(1 + 1.95996 * sqrt(2) / 2, abs=1e-4)
    assert figure.low == 0.0


def test_a_median_counts_those_who_were_never_found() -> None:
    assert median([1, 2, inf]).value == 2
    assert median([1, inf, inf]).value == inf
    assert median([3, 1, 2, 4]).value == 2.5
    assert median([inf, inf]).value == inf
    many = median([float(value) for value in range(101)])
    assert (many.low, many.value, many.high) == (40.0, 50.0, 60.0)


def test_a_missed_goal_says_by_how_much() -> None:
    row = Row(NO_CHANGE, SHIPPED, "under 50", "", 0.68, 12.0, "concerns a year", Figure(0.75, 0.7, 0.8), 10)
    goal = Goal("concerns", "under 50", "", "concerns a year", 0.6)
    assert goal.judged([row]) == "concerns: 0.75, goal <= 0.6: MISSED by 0.15"
    assert replace(goal, limit=0.8).judged([row]) == "concerns: 0.75, goal <= 0.8: met"
    assert replace(goal, at_least=True, limit=0.8).judged([row]).endswith("goal >= 0.8: MISSED by 0.05")


def test_the_results_are_the_same_on_any_number_of_cores() -> None:
    world = replace(PLAIN, run_in_weeks=8, weeks=8, rise=Rise(40, 1))
    parts = [
        Part("one", world, (Scoring(SHIPPED, NUMBERS), Threshold(55, NUMBERS)), 30),
        Part("two", world, (Threshold(55, NUMBERS),), 1),
    ]
    ticks: list[int] = []
    alone = run_parts(parts, Asked(), 1, 1, lambda: ticks.append(1))
    assert len(ticks) == count_jobs(parts) == 3
    assert run_parts(parts, Asked(), 1, 2, lambda: None) == alone
    assert run_parts(parts, Asked(), 2, 1, lambda: None) != alone
    assert [[len(outcomes) for outcomes in part] for part in alone] == [[30, 30], [1]]


def test_alerts_of_the_mentor_alone_are_not_counted() -> None:
    levels = {alarm.level for life in lives(PLAIN, 30) for alarm in Scoring(SHIPPED, NUMBERS).alarms(life)}
    assert Level.WATCH in levels
    (outcomes,) = run_parts([Part("p", PLAIN, (Scoring(SHIPPED, NUMBERS),), 30)], Asked(), 1, 1, lambda: None)[0]
    assert {outcome.weeks_to_concern == inf for outcome in outcomes if outcome.concerns + outcome.urgents == 0} <= {
        True
    }
    assert all(outcome.weeks_to_concern >= 0 for outcome in outcomes)


# The command


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KEEPWELL_PROGRAM", raising=False)
    return CliRunner()


def test_a_quick_look_writes_the_tables_the_csv_and_the_picture(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[[checkins]]\nid = "pulse"\n[[checkins]]\nid = "weekly"\n')
    result = runner.invoke(cli, ["simulate", "p.toml", "--quick", "--workers", "1", "--picture", "p.png"])
    assert result.exit_code == 0, result.output
    assert "3 pulses a week and a weekly; seed 1, a quick look" in result.stdout
    for words in (
        "fixed threshold",
        "plain EWMA",
        "CUSUM",
        "no latch",
        "A rough world",
        "SD 12",
        "Goals",
        "unvalidated",
    ):
        assert words in result.stdout
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "simulate.csv").read_text())))
    assert {row["part"] for row in rows} == {"no change", "rise", "grid", "rough world"}
    shares = [float(row["value"]) for row in rows if row["measure"].startswith("found by")]
    assert shares
    assert all(0 <= value <= 1 for value in shares)
    # Before the rise has come far nobody can have found it; by the end of the largest one nearly everybody has.
    found = {
        (row["detector"], row["rise"], row["measure"]): float(row["value"]) for row in rows if row["part"] == "rise"
    }
    assert found["Keepwell", "10/3", "found by 1"] <= 0.2
    assert found["Keepwell", "40/1", "found by 16"] >= 0.8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--picture", "p.gif"], "p.gif: a picture ends in .png, .svg or .pdf"),
        (["--csv", "nowhere/s.csv"], "nowhere/s.csv: there is no such folder"),
        (["missing.toml"], "missing.toml: cannot be read"),
        (["nopulse.toml"], "the program sends no pulse by schedule"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    runner: CliRunner, tmp_path: Path, options: Sequence[str], message: str
) -> None:
    (tmp_path / "nopulse.toml").write_text('[[checkins]]\nid = "weekly"\n')
    result = runner.invoke(cli, ["simulate", "--quick", *options])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"keepwell: {message}")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
