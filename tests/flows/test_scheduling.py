"""When a mentor is asked: once for each occurrence, at the local time, whatever replicas, clocks and people do."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.checkins import Checkin, CheckinState
from core.messages import RULES, Kind
from flows import asking, belonging, delivery, joining, scheduling, upkeep
from flows.asking import Tap
from flows.deps import Deps
from flows.scheduling import Schedule
from flows.turn import working
from program.model import Program
from storage import assessments, facts, schedules, watching
from storage.database import WriteSession
from tests.flows.world import ROSA, SAM, Delivered, World

NINE = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # Wednesday, 09:00 in Chicago; the world begins on Monday at 15:00


async def schedule_of(world: World, name: str = SAM, kind: str = "pulse") -> Schedule:
    person = await world.person(name)
    async with world.deps.db.reading() as session:
        return (await schedules.of_person(session, person.id))[kind]


async def set_next(world: World, at: datetime | None, name: str = SAM, kind: str = "pulse") -> None:
    schedule = await schedule_of(world, name, kind)
    async with world.deps.db.transaction() as session:
        await schedules.put(session, schedule.person_id, kind, at_local=schedule.at_local, next_at=at)


async def take(world: World, at: datetime, name: str = SAM) -> str:
    """Let the tick come at an instant, and everything be delivered."""
    world.clock.now = at
    action = await took(world.deps, await schedule_of(world, name), at)
    await world.deliver()
    return action


async def took(deps: Deps, schedule: Schedule, at: datetime) -> str:
    (taken,) = await scheduling.take_together(deps, [schedule], now=at)
    return taken.action


async def choose_time(world: World, at: str, name: str = SAM) -> None:
    await joining.choose_time(world.deps, world.press(name), time.fromisoformat(at), joining=False)


async def test_agreeing_plans_the_next_occurrence(world: World) -> None:
    assert (await schedule_of(world)).next_at == NINE
    assert await scheduling.next_instant(world.deps) == NINE
    assert await scheduling.due(world.deps, now=NINE - timedelta(seconds=1), limit=9) == []
    assert {schedule.next_at for schedule in await scheduling.due(world.deps, now=NINE, limit=9)} == {NINE}


async def test_a_due_checkin_is_opened_once_and_the_schedule_moves_on(world: World) -> None:
    assert await take(world, NINE) == "sent"
    (checkin,) = await world.checkins()
    assert (checkin.kind, checkin.at, checkin.occurrence) == ("pulse", NINE, "2026-03-04 09:00")
    assert checkin.remind_at == NINE + timedelta(hours=3)
    assert checkin.expires_at == NINE + timedelta(hours=12)
    assert world.kinds(SAM) == [Kind.CHECKIN]
    assert (await schedule_of(world)).next_at == NINE + timedelta(days=2)
    assert await world.deliver() == []


async def test_two_replicas_that_tick_at_once_open_one_checkin(world: World) -> None:
    world.clock.now = NINE
    schedule = await schedule_of(world)
    actions = await asyncio.gather(*(took(world.deps, schedule, NINE) for _ in range(6)))
    assert sorted(actions) == ["elsewhere"] * 5 + ["sent"]
    await world.deliver()
    assert len(await world.checkins()) == 1
    assert world.kinds(SAM) == [Kind.CHECKIN]


async def test_a_replica_with_an_old_schedule_asks_nothing_twice(world: World) -> None:
    schedule = await schedule_of(world)
    await take(world, NINE)
    assert await took(world.deps, schedule, NINE + timedelta(seconds=2)) == "elsewhere"
    assert len(await world.checkins()) == 1


async def test_after_an_outage_one_checkin_is_asked_and_not_all(world: World) -> None:
    assert await take(world, NINE + timedelta(days=7, hours=1)) == "sent"
    (checkin,) = await world.checkins()
    assert checkin.occurrence == "2026-03-11 09:00"


async def test_a_checkin_that_is_too_late_is_not_asked(world: World) -> None:
    assert await take(world, NINE + timedelta(hours=12)) == "skip_late"
    assert await world.checkins() == []
    (line,) = await world.audit("checkin_skipped")
    assert line.detail == {"checkin": "pulse", "why": "skip_late"}


async def test_in_quiet_hours_a_late_checkin_waits_for_the_morning(world: World) -> None:
    await choose_time(world, "18:00")
    evening = NINE + timedelta(hours=9)
    assert (await schedule_of(world)).next_at == evening - timedelta(days=2)
    await set_next(world, evening)
    assert await take(world, evening + timedelta(hours=4)) == "skip_late"  # it would expire before the morning
    assert await world.checkins() == []


async def test_what_an_outage_delayed_into_the_night_is_delivered_when_quiet_hours_end(world: World) -> None:
    await belonging.set_quiet(world.deps, world.press(SAM), time(9, 30), time(10, 0))
    assert await take(world, NINE + timedelta(minutes=45)) == "deferred"
    assert world.on(SAM, Kind.CHECKIN) == []
    world.clock.forward(minutes=15)
    await world.deliver()
    assert len(world.on(SAM, Kind.CHECKIN)) == 1


async def test_a_deferred_question_that_was_answered_meanwhile_is_not_asked_again(world: World) -> None:
    """Somebody awake at night asks for the check-in and answers it: the morning must not bring it again."""
    await belonging.set_quiet(world.deps, world.press(SAM), time(9, 30), time(10, 0))
    await take(world, NINE + timedelta(minutes=45))
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "1", "1", "1", "no")
    asked = len(world.on(SAM, Kind.CHECKIN))
    world.clock.forward(hours=1)
    await world.deliver()
    assert len(world.on(SAM, Kind.CHECKIN)) == asked
    assert [one.state for one in await world.checkins()] == [CheckinState.COMPLETE]


async def test_questions_that_piled_up_while_telegram_was_away_come_as_one(world: World) -> None:
    for day in (0, 2, 5):
        at = NINE + timedelta(days=day)
        world.clock.now = at
        assert await took(world.deps, await schedule_of(world), at) == "sent"
    await world.deliver()
    assert len(world.on(SAM, Kind.CHECKIN)) == 1
    states = [one.state for one in await world.checkins()]
    assert states == [CheckinState.REPLACED, CheckinState.REPLACED, CheckinState.OPEN]


@pytest.mark.parametrize(
    ("values", "action"),
    [
        ({"away_from": NINE - timedelta(hours=1)}, "skip_away"),
        ({"unreachable_since": NINE - timedelta(hours=1)}, "skip_unreachable"),
        ({"left_at": NINE - timedelta(hours=1)}, "gone"),
        ({"consented_at": None}, "gone"),
    ],
)
async def test_who_cannot_or_does_not_want_to_be_asked_is_not_asked(
    world: World, values: dict[str, object], action: str
) -> None:
    await world.change(SAM, **values)
    assert await take(world, NINE) == action
    assert await world.checkins() == []
    assert world.kinds(SAM) == []


async def test_who_does_not_take_part_any_more_is_not_looked_at_again(world: World) -> None:
    await world.change(SAM, left_at=NINE)
    await take(world, NINE)
    assert (await schedule_of(world)).next_at is None


async def test_a_newer_checkin_takes_the_place_of_an_unanswered_one_and_says_so(world: World) -> None:
    await take(world, NINE)
    first = world.on(SAM, Kind.CHECKIN)[0]
    await take(world, NINE + timedelta(days=2))
    assert [one.state for one in await world.checkins()] == [CheckinState.REPLACED, CheckinState.OPEN]
    closed = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (closed.message_id, closed.params["why"]) == (first.message_id, "replaced")


async def test_whoever_chooses_a_later_time_on_a_day_of_a_checkin_is_not_asked_twice_that_day(world: World) -> None:
    await take(world, NINE)
    world.clock.forward(minutes=5)
    await choose_time(world, "12:00")
    assert (await schedule_of(world)).next_at == NINE + timedelta(days=2, hours=3)
    sam = (await world.person(SAM)).id
    due = await scheduling.due(world.deps, now=NINE + timedelta(hours=4), limit=9)
    assert sam not in {schedule.person_id for schedule in due}


async def test_whoever_chooses_a_later_time_before_the_checkin_is_asked_that_day(world: World) -> None:
    world.clock.now = NINE - timedelta(hours=1)
    await choose_time(world, "12:00")
    assert (await schedule_of(world)).next_at == NINE + timedelta(hours=3)


async def test_a_checkin_of_ones_own_does_not_count_as_being_asked(world: World) -> None:
    world.clock.now = NINE - timedelta(hours=1)
    await world.asks_for_a_checkin()
    await choose_time(world, "12:00")
    assert (await schedule_of(world)).next_at == NINE + timedelta(hours=3)


async def test_moving_to_a_zone_where_it_is_earlier_does_not_ask_twice_that_day(world: World) -> None:
    await take(world, NINE)
    await joining.choose_zone(world.deps, world.press(SAM), "America/Los_Angeles", joining=False)
    assert (await schedule_of(world)).next_at == NINE + timedelta(days=2, hours=2)


async def test_the_local_time_stays_when_the_clocks_change(world: World) -> None:
    """On 8 March 2026 Chicago goes from UTC-6 to UTC-5."""
    friday = NINE + timedelta(days=2)
    await set_next(world, friday)
    await take(world, friday)
    monday = (await schedule_of(world)).next_at
    assert monday == datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    assert await take(world, monday) == "sent"
    assert (await world.checkins())[-1].occurrence == "2026-03-09 09:00"


async def test_a_time_that_the_clocks_skip_is_asked_once(world: World) -> None:
    await belonging.set_quiet(world.deps, world.press(SAM), time(0), time(0))
    pulse = replace(world.deps.program.checkin("pulse"))
    assert pulse.cadence is not None
    daily = replace(pulse, cadence=replace(pulse.cadence, days=(0, 1, 2, 3, 4, 5, 6)))
    deps = with_checkin(world.deps, daily)
    world.deps = deps
    await choose_time(world, "02:30")
    asked = []
    at = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)
    world.clock.now = at
    await choose_time(world, "02:30")
    for _ in range(4 * 24 * 4):
        at += timedelta(minutes=15)
        for schedule in await scheduling.due(deps, now=at, limit=9):
            if (schedule.person_id, schedule.checkin) == ((await world.person(SAM)).id, "pulse"):
                world.clock.now = at
                asked.append(await took(deps, schedule, at))
    days = [one.occurrence for one in await world.checkins() if one.kind == "pulse"]
    assert days == [f"2026-03-{day:02} 02:30" for day in (7, 8, 9, 10)]
    assert asked == ["sent"] * 4


def with_checkin(deps: Deps, questionnaire: object) -> Deps:
    """Return the same program with one check-in changed."""
    program = deps.program
    changed = tuple(questionnaire if one.id == "pulse" else one for one in program.all_checkins)
    return replace(deps, program=replace(program, all_checkins=changed))


async def test_a_schedule_that_could_not_be_handled_keeps_its_occurrence(world: World) -> None:
    """A fault at nine o'clock must not cost a mentor the whole day's check-in."""
    schedule = await schedule_of(world)
    for minutes in (1, 2, 15):
        world.clock.now = NINE
        await scheduling.put_off(world.deps, schedule, NINE + timedelta(minutes=minutes))
        schedule = await schedule_of(world)
    assert await take(world, NINE + timedelta(minutes=15)) == "sent"
    (checkin,) = await world.checkins()
    assert (checkin.at, checkin.occurrence) == (NINE, "2026-03-04 09:00")


async def test_an_occurrence_that_was_asked_is_not_asked_again_after_a_put_off(world: World) -> None:
    await take(world, NINE)
    schedule = await schedule_of(world)
    await scheduling.put_off(world.deps, schedule, NINE + timedelta(minutes=10))
    assert await take(world, NINE + timedelta(minutes=10)) == "elsewhere"
    assert len(await world.checkins()) == 1
    assert (await schedule_of(world)).next_at == NINE + timedelta(days=2)


async def test_a_fault_in_the_middle_leaves_nothing_behind(world: World, program: Program) -> None:
    """The message cannot be stored: then neither is the check-in, and the schedule is still due."""
    person = await world.person(SAM)
    schedule = await schedule_of(world)

    async def half_done() -> None:
        async with working(world.deps, now=NINE) as turn:
            moved: WriteSession = turn.session
            await schedules.move(moved, schedule, None)
            occurrence = asking.own_occurrence(turn, person, "test")
            await asking.open_checkin(
                turn, person, program.checkin("pulse"), occurrence=occurrence, quiet=asking.no_quiet()
            )
            turn.tell(person, Kind.HELP, params={"not": object()})

    with pytest.raises(TypeError):
        await half_done()
    assert await world.checkins() == []
    assert await schedule_of(world) == schedule
    assert await world.deliver() == []


async def test_a_new_program_plans_everybody_anew_and_once(world: World) -> None:
    assert await scheduling.plan_if_changed(world.deps) == 2
    assert await scheduling.plan_if_changed(world.deps) == 0
    pulse = world.deps.program.checkin("pulse")
    assert pulse.cadence is not None
    later = with_checkin(world.deps, replace(pulse, cadence=replace(pulse.cadence, at=time(11))))
    later = replace(later, program=replace(later.program, version="another"))
    assert await scheduling.plan_if_changed(later) == 2
    assert (await schedule_of(world)).next_at == NINE + timedelta(hours=2)
    async with world.deps.db.reading() as session:
        assert await facts.get(session, facts.PROGRAM_VERSION) == "another"


async def test_what_fell_due_during_an_outage_is_asked_although_the_program_changed_meanwhile(world: World) -> None:
    world.clock.now = NINE + timedelta(minutes=5)
    await scheduling.plan_everybody(world.deps)
    assert (await schedule_of(world)).next_at == NINE
    assert await take(world, world.clock.now) == "sent"


async def test_a_checkin_that_the_program_dropped_is_not_asked_any_more(world: World) -> None:
    without = replace(world.deps, program=replace(world.deps.program, enabled=frozenset({"weekly"})))
    await scheduling.plan_everybody(without)
    assert (await schedule_of(world)).next_at is None
    assert await took(without, replace(await schedule_of(world), next_at=NINE), NINE) in ("gone", "elsewhere")


async def test_reminder_and_end_come_in_their_time(world: World) -> None:
    await take(world, NINE)
    (checkin,) = await world.checkins()
    first = world.on(SAM, Kind.CHECKIN)[0]
    assert await look_after(world, checkin, hours=2, minutes=59) == "nothing"
    assert await look_after(world, checkin, minutes=1) == "reminded"
    assert await look_after(world, checkin) == "nothing"
    reminder = world.on(SAM, Kind.CHECKIN)[-1]
    assert reminder.params["reminder"] is True
    assert reminder.outgoing.priority > RULES[Kind.CHECKIN].priority  # whoever was not asked yet comes first
    moved = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (moved.params["why"], moved.message_id) == ("moved", first.message_id)
    assert await look_after(world, checkin, hours=9) == "expired"
    assert await look_after(world, checkin) == "nothing"
    closed = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (closed.params["why"], closed.message_id) == ("expired", reminder.message_id)


async def reminder_waits(world: World) -> tuple[Checkin, Delivered]:
    """A check-in whose reminder has not left yet, and its first message."""
    await take(world, NINE)
    (checkin,) = await world.checkins()
    now = world.clock.forward(hours=3)
    assert await upkeep.look_after_together(world.deps, [checkin.id], now=now) == ["reminded"]
    return checkin, world.on(SAM, Kind.CHECKIN)[0]


async def test_until_a_reminder_has_arrived_the_question_stays_where_it_is(world: World) -> None:
    _, first = await reminder_waits(world)
    await world.taps(SAM, "3")  # the reminder waits: others are asked before
    await world.deliver()
    assert not [one for one in world.on(SAM, Kind.CHECKIN) if one.params["reminder"]]
    assert world.on(SAM, Kind.CHECKIN_CLOSED) == []
    assert world.on(SAM, Kind.CHECKIN)[-1].message_id == first.message_id


async def test_a_reminder_that_was_on_its_way_when_the_last_answer_came_says_that_all_is_done(world: World) -> None:
    checkin, first = await reminder_waits(world)
    (reminder,) = await delivery.claim(world.deps, limit=5)
    for place, value in enumerate(("3", "1", "1", "3", "no")):
        tap = Tap(checkin_id=checkin.id, place=place, value=value)
        await asking.tap(world.deps, world.press(SAM, first.message_id), tap, "answer")
    sent = delivery.Settled(outgoing=reminder, result=delivery.Result.SENT, message_id=9_999)
    await delivery.settle(world.deps, [sent])
    await world.deliver()
    closed = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (closed.message_id, closed.params["why"]) == (9_999, "complete")
    assert world.on(SAM, Kind.CHECKIN_DONE)[-1].message_id == first.message_id


async def look_after(world: World, checkin: Checkin, **later: float) -> str:
    world.clock.forward(**later)
    (done,) = await upkeep.look_after_together(world.deps, [checkin.id], now=world.clock.now)
    await world.deliver()
    return done


async def test_of_all_replicas_one_reminds(world: World) -> None:
    await take(world, NINE)
    (checkin,) = await world.checkins()
    now = world.clock.forward(hours=3)
    assert await upkeep.due_checkins(world.deps, now=now, limit=9) == [checkin.id]
    done = await asyncio.gather(*(upkeep.look_after_together(world.deps, [checkin.id], now=now) for _ in range(5)))
    assert sorted(done) == [["nothing"]] * 4 + [["reminded"]]


async def test_what_has_waited_longest_is_due_first_and_each_check_in_once(world: World) -> None:
    await take(world, NINE)
    await take(world, NINE + timedelta(minutes=1), name=ROSA)
    (sams,), (rosas,) = await world.checkins(), await world.checkins(ROSA)
    reminded = NINE + timedelta(hours=3)
    assert await upkeep.due_checkins(world.deps, now=reminded, limit=9) == [sams.id]
    later = reminded + timedelta(hours=10)  # of both, the time of the reminder is over, and that of the end
    assert await upkeep.due_checkins(world.deps, now=later, limit=9) == sorted([sams.id, rosas.id])
    assert await upkeep.due_checkins(world.deps, now=later, limit=1) == [sams.id]
    async with world.deps.db.reading() as session:
        assert (await watching.late(session, later)).checkins == 2


@pytest.mark.parametrize("values", [{"away_from": NINE}, {"unreachable_since": NINE}])
async def test_who_is_away_or_unreachable_is_not_reminded(world: World, values: dict[str, object]) -> None:
    await take(world, NINE)
    (checkin,) = await world.checkins()
    await world.change(SAM, **values)
    assert await look_after(world, checkin, hours=3) == "silenced"
    assert await upkeep.due_checkins(world.deps, now=world.clock.now, limit=9) == []


async def test_what_was_answered_before_time_was_up_counts(world: World) -> None:
    await take(world, NINE)
    await world.answers(SAM, "0", "4", "4", "0")
    (checkin,) = await world.checkins()
    assert await look_after(world, checkin, hours=12) == "expired"
    async with world.deps.db.reading() as session:
        assessment = await assessments.of_checkin(session, checkin.id)
    assert assessment is not None
    assert assessment.detail["strain"] == 100


async def test_a_checkin_that_could_not_be_handled_does_not_end_early(world: World) -> None:
    """The reminder failed: the mentor still has the rest of the day to answer."""
    await take(world, NINE)
    (checkin,) = await world.checkins()
    now = world.clock.forward(hours=3)
    await upkeep.put_off(world.deps, checkin.id, until=now + timedelta(minutes=1))
    (after,) = await world.checkins()
    assert after.expires_at == checkin.expires_at
    assert after.remind_at == now + timedelta(minutes=1)
    assert await look_after(world, checkin, minutes=1) == "reminded"


async def test_the_end_of_a_checkin_that_could_not_be_handled_is_put_off(world: World) -> None:
    await take(world, NINE)
    (checkin,) = await world.checkins()
    now = world.clock.forward(hours=12)
    await upkeep.put_off(world.deps, checkin.id, until=now + timedelta(minutes=1))
    assert await upkeep.due_checkins(world.deps, now=now, limit=9) == []
    assert await look_after(world, checkin, minutes=1) == "expired"


async def test_a_check_in_of_a_dropped_program_ends(world: World) -> None:
    await take(world, NINE)
    (checkin,) = await world.checkins()
    without = replace(world.deps, program=replace(world.deps.program, enabled=frozenset()))
    assert await upkeep.look_after_together(without, [checkin.id], now=world.clock.now) == ["expired"]
    press = world.press(SAM, 501)
    await asking.tap(without, press, Tap(checkin_id=checkin.id, place=0, value="1"), "answer")
    await world.deliver()
    assert world.on(SAM, Kind.CHECKIN_CLOSED)[-1].params["why"] == "changed"


async def test_settings_show_what_is_true(world: World) -> None:
    await choose_time(world, "12:00", ROSA)
    await belonging.show_settings(world.deps, world.message(ROSA))
    await world.deliver()
    shown = world.on(ROSA, Kind.SETTINGS)[-1].params
    assert (shown["at"], shown["zone"], shown["quiet_from"], shown["quiet_until"]) == (
        "12:00",
        "America/Chicago",
        "21:00",
        "08:00",
    )
    assert datetime.fromisoformat(shown["next_at"]) == NINE + timedelta(hours=3)
