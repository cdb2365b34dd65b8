"""What is old is deleted once a day, and the scores go on as if nothing had been deleted."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from flows import upkeep
from flows.deps import Deps
from storage import migrate, updates
from storage.database import Database
from storage.tables_checkins import AnswerRow, AssessmentRow
from storage.tables_service import PoisonRow
from storage.vault import Vault
from tests.conftest import SECRET, START, MovableClock
from tests.flows.world import SAM, World

BEFORE = [("3", "1", "1", "3"), ("2", "2", "1", "2"), ("3", "1", "2", "3")] * 4
AFTER = [("1", "3", "3", "1"), ("0", "4", "3", "0"), ("0", "4", "4", "0")]


async def _plays(deps: Deps, clock: MovableClock, *, forgets: bool) -> list[tuple[Any, ...]]:
    """Answer for some weeks, fall silent for longer than anything is kept, and answer again."""
    world = await World.joined(deps, clock)
    for number, answers in enumerate((*BEFORE, *AFTER)):
        if number == len(BEFORE):
            clock.forward(days=400)
            if forgets:
                await upkeep.forget_old_data(deps, now=clock.now)
                async with deps.db.reading() as session:
                    assert await session.scalar(select(func.count()).select_from(AnswerRow)) == 0
                    assert await session.scalar(select(func.count()).select_from(AssessmentRow)) == 1
        await world.asks_for_a_checkin()
        await world.answers(SAM, *answers, "no")
        clock.forward(days=2)
    async with deps.db.reading() as session:
        newest = select(AssessmentRow).order_by(AssessmentRow.at.desc()).limit(len(AFTER))
        rows = (await session.scalars(newest)).all()
    return [(row.at, row.level, row.alert_level, row.reasons, row.detail, row.history) for row in rows]


async def test_scores_go_on_as_before_when_answers_and_old_scores_are_gone(
    deps: Deps, clock: MovableClock, tmp_path: Path
) -> None:
    forgot = await _plays(deps, clock, forgets=True)
    address = f"sqlite:///{tmp_path / 'other.db'}"
    migrate.upgrade(address)
    other, later = Database(address, Vault([SECRET])), MovableClock(START)
    kept = await _plays(
        Deps(db=other, program=deps.program, clock=later, wake=deps.wake, instance="other"), later, forgets=False
    )
    await other.close()
    assert forgot == kept
    assert forgot[0][1] > 0


async def test_updates_that_could_not_be_handled_are_deleted_when_notes_are(deps: Deps, clock: MovableClock) -> None:
    async with deps.db.transaction() as session:
        await updates.bury(session, 1, {"message": {"text": "words"}}, "KeyError", clock.now)
        await updates.bury(session, 2, {"message": {"text": "words"}}, "KeyError", clock.now + timedelta(days=2))
    await upkeep.forget_old_data(deps, now=clock.now + deps.program.retention.notes + timedelta(days=1))
    async with deps.db.reading() as session:
        assert (await session.scalars(select(PoisonRow.update_id))).all() == [2]
