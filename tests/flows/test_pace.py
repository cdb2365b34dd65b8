"""A mentor's pace: own days and times, days off of the team, the end of a shift, later, and days away."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.checkins import CheckinState
from core.messages import Kind
from flows import asking, away_dates, noting, own_days, scheduling, shifts
from flows.asking import Tap
from flows.deps import Deps
from program.days_off import DaysOffSource
from scheduler import ticks
from storage import schedules
from tests.flows.asked import moves_on, screen, sent
from tests.flows.world import SAM, ZONE, World

CHICAGO = ZoneInfo(ZONE)  # the tests begin on Monday, March 2nd, 15:00


async def next_pulse(world: World, kind: str = "pulse") -> datetime:
    person = await world.person(SAM)
    async with world.deps.db.reading() as session:
        found = (await schedules.of_person(session, person.id))[kind].next_at
    assert found is not None
    return found.astimezone(CHICAGO)


def last(world: World, *kinds: Kind) -> dict[str, Any]:
    return world.on(SAM, *kinds)[-1].params


def with_program(world: World, **values: Any) -> Deps:
    world.deps = replace(world.deps, program=replace(world.deps.program, **values))
    return world.deps


async def test_a_mentor_picks_days_and_a_time_for_each(world: World) -> None:
    for weekday in (2, 4, 1):  # Wednesday and Friday off, Tuesday on
        await own_days.toggle(world.deps, world.press(SAM), weekday)
    await own_days.set_time(world.deps, world.press(SAM), 1, time(17, 30))
    await world.deliver()
    assert last(world, Kind.ASK_DAYS)["days"] == {"0": "09:00", "1": "17:30"}
    assert await next_pulse(world) == datetime(2026, 3, 3, 17, 30, tzinfo=CHICAGO)
    await own_days.ask_time(world.deps, world.press(SAM), 1)
    await world.deliver()
    assert last(world, Kind.ASK_DAY_TIME)["at"] == "17:30"
    world.clock.now = await next_pulse(world)
    await ticks.checkin_tick(world.deps)
    await world.deliver()
    assert screen(world).params["questionnaire"] == "pulse"
    assert await next_pulse(world) == datetime(2026, 3, 9, 9, 0, tzinfo=CHICAGO)


async def test_one_day_stays_and_the_program_may_say_how_many(world: World) -> None:
    for weekday in (2, 4, 0):
        await own_days.toggle(world.deps, world.press(SAM), weekday)
    await world.deliver()
    assert last(world, Kind.ASK_DAYS)["bound"] is True
    assert list(last(world, Kind.ASK_DAYS)["days"]) == ["0"]
    with_program(world, own_days=(1, 1))
    await own_days.toggle(world.deps, world.press(SAM), 3)
    await world.deliver()
    assert last(world, Kind.ASK_DAYS)["bound"] is True


async def test_nobody_is_asked_on_a_day_off_of_their_team(world: World) -> None:
    sources = (
        DaysOffSource(team="north", dates=(date(2026, 3, 4),)),
        DaysOffSource(team="South", dates=(date(2026, 3, 6),)),
        DaysOffSource(dates=(date(2026, 3, 13),)),
        DaysOffSource(country="US"),
    )
    deps = with_program(world, days_off=sources)
    await scheduling.plan_everybody(deps)
    assert (await next_pulse(world)).date() == date(2026, 3, 6)
    world.clock.now = datetime(2026, 3, 9, 12, tzinfo=CHICAGO)
    await ticks.checkin_tick(deps)
    assert (await next_pulse(world, "weekly")).date() == date(2026, 3, 16), "the weekly moves to the next working day"
    world.clock.now = datetime(2026, 7, 1, 12, tzinfo=CHICAGO)  # July 3rd, a Friday, is the holiday observed
    await ticks.checkin_tick(deps)
    assert (await next_pulse(world)).date() == date(2026, 7, 6)


async def test_the_end_of_a_shift_brings_todays_pulse_and_only_once(world: World) -> None:
    await own_days.set_time(world.deps, world.press(SAM), 0, time(20))
    await noting.take_text(world.deps, world.message(SAM), "Fin de turno.")
    await world.deliver()
    assert screen(world).params["item"] == "fuel"
    [checkin] = await world.checkins(SAM)
    assert checkin.occurrence == "2026-03-02 20:00"
    await shifts.over(world.deps, world.message(SAM))  # again: the same one, below
    await world.deliver()
    assert len(await world.checkins(SAM)) == 1
    await moves_on(world, hours=5)
    await ticks.checkin_tick(world.deps)
    assert len(await world.checkins(SAM)) == 1, "not asked again at its own time"


async def test_the_end_of_a_shift_on_another_day_asks_nothing_by_itself(world: World) -> None:
    world.clock.forward(days=1)
    await shifts.over(world.deps, world.message(SAM))
    await world.deliver()
    assert last(world, Kind.SHIFT) == {"asked": False}
    assert await world.checkins(SAM) == []


async def test_later_is_an_hour_or_this_evening_and_never_in_the_night(world: World) -> None:
    world.clock.now = datetime(2026, 3, 3, 9, 0, tzinfo=CHICAGO)
    checkin = await sent(world, "pulse")
    for action, at in (("later", time(10)), ("evening", time(18, 30))):
        tapped = Tap(checkin_id=checkin.id, place=0)
        await asking.tap(world.deps, world.press(SAM, screen(world).message_id), tapped, action)
        await world.deliver()
        said = datetime.fromisoformat(last(world, Kind.CHECKIN_CLOSED)["again_at"])
        assert said.astimezone(CHICAGO).time() == at
    assert last(world, Kind.CHECKIN_CLOSED)["evening"] is None
    await moves_on(world, hours=9.5)
    assert screen(world).params["reminder"] is True
    world.clock.now = datetime(2026, 3, 3, 20, 40, tzinfo=CHICAGO)
    await asking.tap(world.deps, world.press(SAM), Tap(checkin_id=checkin.id, place=0), "later")
    await world.deliver()
    said = datetime.fromisoformat(last(world, Kind.CHECKIN_CLOSED)["again_at"])
    assert said.astimezone(CHICAGO).time() == time(20, 50), "before it is quiet at nine"


async def test_days_away_that_are_still_to_come(world: World) -> None:
    await away_dates.ask(world.deps, world.press(SAM), first=None, page=0)
    await world.deliver()
    assert last(world, Kind.AWAY_DAYS)["days"][0] == "2026-03-02"
    await away_dates.go(world.deps, world.press(SAM), date(2026, 3, 4), date(2026, 3, 6))
    await world.deliver()
    assert last(world, Kind.AWAY)["away"] is False
    assert last(world, Kind.AWAY)["starts"] is not None
    for _ in range(8):
        world.clock.forward(hours=24)
        await ticks.checkin_tick(world.deps)
        await ticks.upkeep_tick(world.deps)
    asked = [one.occurrence[:10] for one in await world.checkins(SAM) if one.kind == "pulse"]
    assert asked == ["2026-03-09"], "nothing of the days away is asked later"


async def test_leave_in_the_middle_of_a_check_in_keeps_its_answers_and_asks_no_more(world: World) -> None:
    checkin = await sent(world, "pulse")
    await asking.tap(world.deps, world.press(SAM), Tap(checkin_id=checkin.id, place=0, value="1"), "answer")
    await away_dates.go(world.deps, world.press(SAM), date(2026, 3, 2), date(2026, 3, 3))
    await world.deliver()
    seen = len(world.on(SAM, Kind.CHECKIN))
    await moves_on(world, hours=13)
    [kept] = await world.checkins(SAM)
    assert (kept.state, dict(kept.answers)) == (CheckinState.EXPIRED, {"fuel": "1"})
    assert len(world.on(SAM, Kind.CHECKIN)) == seen
    await away_dates.go(world.deps, world.press(SAM), date(2026, 3, 9), date(2026, 3, 1))
    await world.deliver()
    assert world.on(SAM)[-1].kind is Kind.AWAY_DAYS, "a last day before the first asks anew"
    assert kept.at < world.clock.now - timedelta(hours=12)
