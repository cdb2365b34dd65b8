"""A supervisor's own pulse: offered only where the program says so, and told to leads alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.alerts import AlertState
from core.messages import Kind
from core.people import Role
from core.policy import Step
from flows import (
    asking,
    chasing,
    digest,
    erasing,
    handling,
    joining,
    leaving,
    mydata,
    noting,
    overview,
    roster,
    scheduling,
    sending,
    talking,
    team,
    upkeep,
)
from flows.asking import Tap
from flows.deps import Deps
from flows.sending import SendRefused
from storage import checkins, exports, people, schedules
from tests.conftest import MovableClock
from tests.flows.world import ANN, BEN, DANA, PEOPLE, SAM, World

COLLEAGUES = (BEN, SAM)


def opted_in(deps: Deps) -> Deps:
    """The same program, with a pulse for supervisors and with every step that could reach a colleague."""
    program = deps.program
    asked = tuple(
        replace(one, roles=("mentor", "supervisor")) if one.id == "pulse" else one for one in program.all_checkins
    )
    steps = (Step.GROUP, Step.ONCALL, Step.SUPERVISOR, Step.BACKUP, Step.LEAD)
    policies = {level: replace(policy, steps=steps) for level, policy in program.policies.items()}
    return replace(deps, program=replace(program, all_checkins=asked, policies=policies))


@pytest.fixture
async def offered(deps: Deps, clock: MovableClock) -> World:
    """Everybody has joined a program that offers it; nobody on the staff has agreed."""
    return await World.joined(opted_in(deps), clock)


@pytest.fixture
async def agreed(offered: World) -> World:
    """Ann takes part as well."""
    await joining.agree(offered.deps, offered.press(ANN))
    await offered.deliver()
    offered.phone.clear()
    return offered


async def ask(world: World, name: str = ANN) -> Any:
    await asking.ask_now(world.deps, world.message(name))
    await world.deliver()
    return world.on(name)[-1]


async def is_not_safe(world: World) -> None:
    shown = await ask(world)
    async with world.deps.db.reading() as session:
        person = await world.person(ANN)
        (checkin,) = await checkins.open_of(session, person.id)
    tap = Tap(checkin_id=checkin.id, place=checkin.items.index("reach_out"), value="not_safe")
    await asking.tap(world.deps, world.press(ANN, shown.message_id), tap, "answer")
    await world.deliver()


async def test_the_usual_program_offers_a_supervisor_nothing(deps: Deps, clock: MovableClock) -> None:
    world = await World.joined(deps, clock)
    await joining.start(deps, world.message(ANN), "")
    await joining.agree(deps, world.press(ANN))
    await world.deliver()
    assert [one.kind for one in world.on(ANN)] == [Kind.STAFF_WELCOME]
    assert not (await world.person(ANN)).takes_part
    assert (await ask(world)).params["reason"] == "not_taking_part"
    await talking.talk(deps, world.message(ANN))
    await world.deliver()
    assert world.on(ANN)[-1].params["nobody_here"]
    with pytest.raises(SendRefused, match="check-ins go to mentors"):
        await sending.send(deps, "pulse", to=ANN)


async def test_it_is_offered_after_joining_and_never_to_a_lead(deps: Deps, clock: MovableClock) -> None:
    world = await World.build(opted_in(deps), clock)
    for name in (ANN, DANA):
        await joining.start(world.deps, world.message(name), world.tokens[name])
        await world.deliver()
        await joining.show_consent(world.deps, world.press(name), 2)
    await joining.agree(world.deps, world.press(DANA))
    await world.deliver()
    assert [one.kind for one in world.on(ANN)] == [Kind.STAFF_WELCOME, Kind.CONSENT, Kind.CONSENT]
    assert world.on(ANN)[-1].params == {"page": 2, "name": "Ann", "again": False, "of_supervisor": True}
    assert [one.kind for one in world.on(DANA)] == [Kind.STAFF_WELCOME]
    assert not (await world.person(DANA)).takes_part


async def test_declining_changes_nothing(offered: World) -> None:
    await joining.decline(offered.deps, offered.press(ANN))
    await offered.deliver()
    assert offered.on(ANN)[-1].params == {"of_supervisor": True}
    assert (await sending.send(offered.deps, "pulse", to=ANN))[0].why == "has not agreed to take part"
    await talking.talk(offered.deps, offered.message(SAM))
    await offered.deliver()
    assert offered.on(ANN, Kind.ALERT) or offered.on(BEN, Kind.ALERT)


async def test_after_agreeing_only_the_pulse_is_planned_and_comes(agreed: World) -> None:
    ann = await agreed.person(ANN)
    async with agreed.deps.db.reading() as session:
        planned = await schedules.of_person(session, ann.id)
    assert [id_ for id_, one in planned.items() if one.next_at] == ["pulse"]
    agreed.clock.now = planned["pulse"].next_at or agreed.clock.now
    (taken,) = await scheduling.take_together(agreed.deps, [planned["pulse"]], now=agreed.clock.now)
    assert (taken.action, taken.checkin) == ("sent", "pulse")
    assert [one.sent for one in await sending.send(agreed.deps, "pulse", to=ANN)] == [True]
    with pytest.raises(SendRefused, match="check-ins go to mentors"):
        await sending.send(agreed.deps, "weekly", to=ANN)
    off = replace(agreed.deps, program=replace(agreed.deps.program, all_checkins=()))
    await scheduling.plan_everybody(off)
    async with agreed.deps.db.reading() as session:
        planned = await schedules.of_person(session, ann.id)
    assert not any(one.next_at for one in planned.values())


async def test_that_a_supervisor_is_not_safe_reaches_the_lead_and_no_colleague(agreed: World) -> None:
    await is_not_safe(agreed)
    (alert,) = await agreed.alerts()
    assert [one.params["step"] for one in agreed.on(DANA, Kind.ALERT)] == ["lead"]
    assert any(one.kind is Kind.CRISIS and one.params["only_leads"] for one in agreed.on(ANN))
    assert all(not agreed.on(name) for name in COLLEAGUES)
    # Nor when nobody takes it: the leads are told again, and Ann the truth.
    for _ in range(20):
        (alert,) = await agreed.alerts()
        agreed.clock.now = alert.next_step_at or agreed.clock.now
        await chasing.take_step(agreed.deps, alert.id, now=agreed.clock.now)
        await agreed.deliver()
    assert alert.cycle > 0
    assert all(not agreed.on(name) for name in COLLEAGUES)
    assert any(one.params["status"] == "nobody_yet" for one in agreed.on(ANN, Kind.MENTOR_STATUS))
    # A colleague who guesses the button, or asks for the list, gets nothing either.
    await handling.reached(agreed.deps, agreed.press(BEN), alert.id)
    await overview.open_alerts(agreed.deps, agreed.message(BEN))
    await agreed.deliver()
    assert [one.params.get("reason") or one.params.get("nothing_open") for one in agreed.on(BEN)] == ["not_yours", True]
    await handling.reached(agreed.deps, agreed.press(DANA), alert.id)
    await agreed.deliver()
    assert (await agreed.alerts())[0].state is AlertState.ACKNOWLEDGED


async def test_a_person_is_called_for_a_supervisor_from_talk_also_before_agreeing(offered: World) -> None:
    await talking.talk(offered.deps, offered.message(ANN))
    await offered.deliver()
    assert {one.name for one in offered.phone} == {ANN, DANA}


async def test_words_of_a_supervisor_are_not_kept_and_danger_shows_the_lines(agreed: World) -> None:
    await noting.take_text(agreed.deps, agreed.message(ANN), "I want to kill myself")
    await agreed.deliver()
    shown = agreed.on(ANN)[-1]
    assert (shown.kind, shown.params["lines_only"], shown.params["only_leads"]) == (Kind.CRISIS, True, True)


async def test_a_supervisor_stops_the_pulse_and_stays_a_supervisor(agreed: World) -> None:
    await ask(agreed)
    await leaving.ask_leave(agreed.deps, agreed.message(ANN))
    await agreed.deliver()
    await joining.decline(agreed.deps, agreed.press(ANN))
    await agreed.deliver()
    assert [one.kind for one in agreed.on(ANN)][-2:] == [Kind.LEAVE, Kind.DECLINED]
    ann = await agreed.person(ANN)
    assert (ann.takes_part, ann.left_at, ann.can_receive) == (False, None, True)
    async with agreed.deps.db.reading() as session:
        assert not await checkins.open_of(session, ann.id)


async def test_a_supervisor_erases_the_answers_and_stays_a_supervisor(agreed: World) -> None:
    await sending.send(agreed.deps, "pulse", to=ANN)
    await mydata.send(agreed.deps, agreed.message(ANN))
    await agreed.deliver()
    assert agreed.on(ANN, Kind.MY_DATA)[-1].params["own_pulse"]
    await erasing.ask(agreed.deps, agreed.press(ANN))
    await agreed.deliver()
    assert agreed.on(ANN)[-1].params["own_pulse"]
    await erasing.erase(agreed.deps, agreed.press(ANN), agreed.clock.now)
    await agreed.deliver()
    assert agreed.on(ANN)[-1].params == {"own_pulse": True}
    ann = await agreed.person(ANN)
    assert (ann.name, ann.role, ann.can_receive, ann.takes_part) == (ANN, Role.SUPERVISOR, True, False)


async def test_a_mentors_consent_is_none_for_a_supervisor(offered: World) -> None:
    sam = await offered.person(SAM)
    assert sam.takes_part
    assert not replace(sam, role=Role.SUPERVISOR).takes_part


async def test_lists_and_digests_do_not_show_that_a_supervisor_takes_part(agreed: World) -> None:
    await is_not_safe(agreed)
    agreed.phone.clear()
    await team.show_team(agreed.deps, agreed.message(BEN))
    await team.show_team(agreed.deps, agreed.message(DANA))
    await digest.take(agreed.deps, digest.Due((await agreed.person(BEN)).id, "2026-W09"), now=agreed.clock.now)
    await agreed.deliver()
    assert agreed.on(BEN, Kind.TEAM)
    assert all(ANN not in str(one.params) for one in agreed.phone)


async def test_silence_of_a_supervisor_is_told_to_a_lead(agreed: World) -> None:
    ann = await agreed.person(ANN)
    async with agreed.deps.db.transaction() as session:
        await people.change(session, ann.id, supervisor_id=(await agreed.person(BEN)).id)
    for _ in range(9):
        await sending.send(agreed.deps, "pulse", to=ANN)
        await agreed.deliver()
        agreed.clock.now += timedelta(days=2)
        async with agreed.deps.db.reading() as session:
            (checkin,) = await checkins.open_of(session, ann.id)
        await upkeep.look_after_together(agreed.deps, [checkin.id], now=agreed.clock.now)
    agreed.clock.now += timedelta(days=1)
    await agreed.deliver()
    assert agreed.on(DANA, Kind.STAFF_HELLO)
    assert not agreed.on(BEN)


async def test_the_export_has_the_answers_of_a_supervisor_like_those_of_mentors(agreed: World) -> None:
    await is_not_safe(agreed)
    async with agreed.deps.db.reading() as session:
        answers = [row async for row in exports.answers(session)]
        alerts = [row async for row in exports.alerts(session)]
    assert [(row["mentor"], row["item"], row["value"]) for row in answers] == [(ANN, "reach_out", "not_safe")]
    assert [row["mentor"] for row in alerts] == [ANN]


async def test_whoever_becomes_a_mentor_is_asked_for_consent_anew(agreed: World) -> None:
    lines = [replace(line, role=Role.MENTOR) if line.name == ANN else replace(line, supervisor="") for line in PEOPLE]
    await roster.import_roster(agreed.deps, lines, "roster.csv", links=False, dry_run=False)
    ann = await agreed.person(ANN)
    assert (ann.role, ann.consented_at, ann.takes_part) == (Role.MENTOR, None, False)
