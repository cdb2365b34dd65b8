"""The simulated year, a few days of it: real flows, real storage, a moved clock."""

from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks.year import clockwork, people
from benchmarks.year.figures import figures_of, report
from benchmarks.year.run import PROGRAM
from benchmarks.year.story import Year
from core.levels import Level
from core.people import Role
from flows.deps import Deps
from program.load import load_program
from storage import migrate
from storage.database import Database
from storage.vault import Vault


async def test_days_pass_alerts_are_answered_and_nothing_open_is_left_without_a_next_step(tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text(PROGRAM, "utf-8")
    migrate.upgrade(address := f"sqlite:///{tmp_path / 'year.db'}")
    clock = clockwork.Clock()
    deps = Deps(
        db=Database(address, Vault(["not a secret"])),
        program=load_program(tmp_path / "program.toml"),
        clock=clock,
        wake=lambda _: None,
        instance="test",
    )
    try:
        year = Year(deps, clock, Random(3), weeks=1)
        await year.begin(mentors=4)
        mentor = next(one for one in year.people.values() if one.role is Role.MENTOR)
        year.work.at(clockwork.START + timedelta(hours=20), lambda: year.call(mentor))
        for _ in range(48):
            await year.work.hour()
        figures = await figures_of(year)
    finally:
        await deps.db.close()
    assert figures.alerts[Level.CRISIS] == 1
    assert figures.answered > 0
    assert figures.longest < timedelta(hours=12)
    assert figures.without_step == 0
    assert "without a next step in time** | **0**" in report(figures)


def test_at_night_most_supervisors_answer_in_the_morning() -> None:
    random = Random(1)
    night = clockwork.START + timedelta(hours=8)  # two in the morning in Chicago
    found = [people.looks_at(Level.URGENT, night, "America/Chicago", random) for _ in range(400)]
    hours = [(one - night) / timedelta(hours=1) for one in found if one is not None]
    assert 0.05 < found.count(None) / len(found) < 0.16
    assert sum(hour >= 5 for hour in hours) > len(hours) / 2
