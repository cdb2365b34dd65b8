"""What is scored as people answer is what a replay of all answers gives, whatever came late, in part or twice."""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from core.alerts import AlertState, Outcome
from core.assessment import CheckinAnswers, Resolved
from core.assessment import replay as fold
from core.checkins import Checkin
from core.levels import Level
from core.messages import Kind
from flows import asking, exporting, responding, sending, upkeep
from flows.asking import Tap
from flows.replay import replay_csv
from storage import assessments
from storage.tables_checkins import AssessmentRow
from tests.flows.asked import COUNTS, PULSE, SCALES, WEEKLY, answer, result, sent, stored, tap
from tests.flows.world import ANN, SAM, World
from tests.profiles import effort

WEEKS = 14
KINDS = ("small_gift", "transport", "money", "harassment", "threat")


@dataclass
class Mentor:
    """Somebody who answers now and then, late, in part, and changes their mind."""

    world: World
    chance: random.Random
    resolves: bool = False
    weeks: int = WEEKS
    open: list[Checkin] = field(default_factory=list)

    async def lives(self) -> None:
        """Go through the weeks: three pulses each, and a weekly that may be finished after the next pulse."""
        for week in range(self.weeks):
            heavy = self.chance.random() < 0.3 + week / self.weeks / 2
            for _ in range(3):
                await self.is_asked("pulse")
                await self.answers_some(heavy)
                self.world.clock.forward(hours=self.chance.choice((20, 44, 46)))
                await self.answers_some(heavy)
            await self.is_asked("weekly")
            if self.resolves:
                await self.is_helped()
            self.world.phone.clear()
        for checkin in self.open:
            await self.ends(checkin)

    async def is_asked(self, kind: str) -> None:
        """A new check-in ends an open one of its kind; it may lie open beside one of the other kind."""
        await sending.send(self.world.deps, kind, to=SAM)
        asked = (await self.world.checkins())[-1]
        self.open = [one for one in self.open if one.kind != kind]
        self.open.append(asked)
        self.world.clock.forward(minutes=self.chance.randint(1, 300))

    async def answers_some(self, heavy: bool) -> None:
        """Answer each open check-in in whole, in part or not at all; let those whose time is over end."""
        for checkin in list(self.open):
            if self.world.clock.now >= checkin.expires_at:
                self.open.remove(checkin)
                await self.ends(checkin)
            elif self.chance.random() < 0.7:
                await self.answers(checkin, heavy)

    async def ends(self, checkin: Checkin) -> None:
        """The time of a check-in is over."""
        now = max(self.world.clock.now, checkin.expires_at)
        await upkeep.look_after_together(self.world.deps, [checkin.id], now=now)

    async def answers(self, checkin: Checkin, heavy: bool) -> None:
        """Answer items in their order, now and then going back to change one."""
        stops_at = self.chance.choice((1, 3, 8, 12, 99, 99, 99))
        for place, item in enumerate(checkin.items):
            now = await stored(self.world, checkin)
            if not now.is_open:
                self.open.remove(checkin)
                return
            if place >= stops_at:
                return
            await self.answers_item(checkin, item, heavy)
            if self.chance.random() < 0.08:
                await self.answers_item(checkin, self.chance.choice(checkin.items[: place + 1]), heavy)
        if not (await stored(self.world, checkin)).is_open:
            self.open.remove(checkin)

    async def answers_item(self, checkin: Checkin, item: str, heavy: bool) -> None:
        """Tap one answer, or skip it."""
        now = await stored(self.world, checkin)
        if not now.is_open or (item.startswith("boundary_") and now.answers.get("boundary", "no") == "no"):
            return
        if self.chance.random() < 0.1:
            await self.taps(checkin, item, action="skip")
        elif item == "boundary_kind":
            for kind in self.chance.sample(KINDS, k=self.chance.randint(1, 2)):
                await self.taps(checkin, item, kind)
            await self.taps(checkin, item, action="done")
        else:
            await self.taps(checkin, item, self.value(item, heavy))

    async def taps(self, checkin: Checkin, item: str, value: str | None = None, action: str = "answer") -> None:
        """Press a button; what it brings to the phone waits for the end of the week."""
        pressed = Tap(checkin_id=checkin.id, place=checkin.items.index(item), value=value)
        await asking.tap(self.world.deps, self.world.press(SAM), pressed, action)

    def value(self, item: str, heavy: bool) -> str:
        """Return some answer to an item; heavy weeks have worse ones."""
        pick = self.chance.choice
        if item in PULSE and item != "reach_out":
            worse = pick("1123") if not heavy else pick("3344")
            return str(4 - int(worse)) if item in ("fuel", "switch_off") else worse
        if item in SCALES or item == "why":
            worse = pick("1122") if not heavy else pick("2344")
            return str(4 - int(worse)) if item in ("backup", "steady_habits") else worse
        if item in COUNTS:
            return {"no_break": pick(("0", "2", "7")), "hours": pick(("17", "39.5", "55"))}.get(item) or pick("0358")
        often: dict[str, tuple[str, ...]] = {
            "reach_out": ("no",) * 12 + ("this_week", "today"),
            "supervision": ("none", "group", "one_to_one"),
            "boundary": ("no", "no", "no", "handled", "unsure", "open"),
            "boundary_when": ("next_supervision", "next_supervision", "today"),
        }
        return pick(often[item])

    async def is_helped(self) -> None:
        """Ann closes some of the alerts."""
        for alert in await self.world.alerts(SAM):
            if alert.state is not AlertState.RESOLVED and self.chance.random() < 0.6:
                press = self.world.press(ANN, self.world.copy(ANN, alert))
                await responding.resolve(self.world.deps, press, alert.id, Outcome.TALKED)
        await self.world.deliver()


async def live(world: World) -> dict[tuple[datetime, str], tuple[str, tuple[str, ...], str]]:
    """Level, reasons and alert of every check-in as they are stored."""
    async with world.deps.db.reading() as session:
        rows = (await session.scalars(select(AssessmentRow))).all()
    return {
        (row.at, row.kind): (
            Level(row.level).code,
            tuple(row.reasons),
            Level(row.alert_level).code if row.alert_level is not None else "",
        )
        for row in rows
    }


async def replayed(world: World) -> dict[tuple[datetime, str], tuple[str, tuple[str, ...], str]]:
    """The same from the exported answers, through `keepwell replay`."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["mentor", "at", "item", "value"])
    async for row in exporting.rows(world.deps, "answers"):
        writer.writerow([row["mentor"], row["occurrence"].isoformat(), row["item"], row["value"]])
    out = io.StringIO()
    replay_csv(lines.getvalue().encode().splitlines(keepends=True), out, parameters=world.deps.program.scoring)
    found = csv.DictReader(io.StringIO(out.getvalue()))
    return {
        (datetime.fromisoformat(row["at"]), row["checkin"]): (
            row["level"],
            tuple(row["reasons"].split("|")) if row["reasons"] else (),
            row["alert"],
        )
        for row in found
    }


@pytest.mark.parametrize("seed", range(effort(2, 20)))
@pytest.mark.slow
async def test_scores_and_alerts_of_a_random_history_are_those_of_its_replay(
    world: World, seed: int, backend: str
) -> None:
    if backend != "sqlite" and seed:
        return  # the order of events is the same everywhere; a short history shows that the rows come back alike
    weeks = WEEKS if backend == "sqlite" else WEEKS // 2
    await Mentor(world, random.Random(seed), weeks=weeks).lives()
    scored = await live(world)
    assert scored == await replayed(world)
    assert len(scored) > 2 * weeks
    assert {"concern", "urgent"} <= {level for level, _, _ in scored.values()}
    await has_its_alerts(world, scored)


async def has_its_alerts(world: World, scored: dict[tuple[datetime, str], tuple[str, tuple[str, ...], str]]) -> None:
    """Every alert that the replay raises was raised, and nobody was told of what no answer called for."""
    raised = {alert.source: alert for alert in await world.alerts(SAM)}
    expected = {at: Level.from_code(alert) for (at, _), (_, _, alert) in scored.items() if alert}
    of_checkin = {one.at: f"checkin:{one.id.hex}" for one in await world.checkins()}
    for at, level in expected.items():
        if level >= Level.CONCERN:
            assert raised[of_checkin[at]].level >= level
    assert len(raised) >= len([level for level in expected.values() if level >= Level.CONCERN])
    assert not [alert for alert in raised.values() if not alert.reasons or alert.level < Level.CONCERN]


@pytest.mark.parametrize("seed", range(effort(1, 20)))
@pytest.mark.slow
async def test_what_supervisors_closed_is_folded_in_where_it_happened(world: World, seed: int, backend: str) -> None:
    if backend != "sqlite":
        return
    await Mentor(world, random.Random(200 + seed), resolves=True).lives()
    closed = [alert for alert in await world.alerts(SAM) if alert.state is AlertState.RESOLVED]
    assert closed
    events: list[CheckinAnswers | Resolved] = [
        Resolved(one.resolved_at, one.level) for one in closed if one.resolved_at
    ]
    events += [CheckinAnswers(one.kind, one.at, one.answers) for one in await world.checkins() if one.answers]
    folded = {
        (one.at, one.kind): (one.level.code, one.reasons, one.alert.code if one.alert is not None else "")
        for one in fold(events, world.deps.program.scoring)
    }
    assert await live(world) == folded


async def pulse(world: World, *values: int) -> Checkin:
    """Answer a pulse; the higher the values, the more strain. Two days pass."""
    checkin = await sent(world, "pulse")
    fuel, spill, stories, switch_off = values
    said = {"fuel": 4 - fuel, "spill": spill, "stories": stories, "switch_off": 4 - switch_off}
    await answer(world, checkin, {item: str(value) for item, value in said.items()} | {"reach_out": "no"})
    world.clock.forward(days=2)
    return checkin


async def test_a_weekly_that_comes_after_a_later_pulse_raises_what_both_together_show(world: World) -> None:
    """The pulse alone is for the mentor; with the week before it, which came late, it is for the supervisor."""
    for _ in range(3):
        await answer(world, await sent(world, "weekly"), WEEKLY)
        for _ in range(3):
            world.clock.forward(hours=1)
            await pulse(world, 1, 1, 1, 1)
    for _ in range(2):
        await pulse(world, 2, 2, 2, 1)
    week = await sent(world, "weekly")
    world.clock.forward(hours=1)
    latest = await pulse(world, 2, 2, 2, 1)
    assert (await live(world))[(latest.at, "pulse")][::2] == ("watch", "watch")
    assert await world.alerts(SAM) == []
    await answer(world, week, WEEKLY | dict.fromkeys(SCALES, "2"))
    (alert,) = await world.alerts(SAM)
    assert (alert.source, alert.level) == (f"checkin:{latest.id.hex}", Level.CONCERN)
    assert alert.reasons == ("change_strong",)
    assert (result(world)["alert"], result(world)["told"]) == ("concern", [ANN])
    assert result(world)["reasons"] == ["change_strong"]
    assert await live(world) == await replayed(world)


async def test_a_finished_checkin_is_scored_once_however_often_its_last_button_is_pressed(world: World) -> None:
    checkin = await sent(world, "pulse")
    await answer(world, checkin, PULSE | {"reach_out": "this_week"})
    before = await live(world)
    for _ in range(3):
        await tap(world, checkin, "reach_out", "this_week")
    assert await live(world) == before
    assert len(await world.alerts(SAM)) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 1


async def test_an_assessment_keeps_its_inputs_its_reasons_and_the_version_of_the_rules(world: World) -> None:
    checkin = await sent(world, "weekly")
    await answer(world, checkin, WEEKLY | {"people": "16"})
    async with world.deps.db.reading() as session:
        found = await assessments.of_checkin(session, checkin.id)
        row: Any = await session.scalar(select(AssessmentRow))
    assert found is not None
    assert found.detail["inputs"] == (await stored(world, checkin)).answers
    assert row.rules_version == world.deps.program.scoring.rules_version
