"""Against too many messages: told together, not said twice, enough for a day; and never an alert less."""

from dataclasses import replace
from datetime import timedelta

from core.alerts import Alert, AlertState, Outcome
from core.levels import Level
from core.messages import Kind
from core.people import Role
from flows import alerting, chasing, handling, joining, overview, responding, roster
from flows.roster import Line
from flows.turn import working
from program.load import parse_program
from storage import alerts
from tests.flows.world import ANN, BEN, DANA, PEOPLE, SAM, ZONE, World


async def raised(world: World, level: Level, source: str, *reasons: str, name: str = SAM) -> Alert:
    mentor = await world.person(name)
    async with working(world.deps) as turn:
        await alerting.raise_alert(turn, mentor, source=source, level=level, reasons=reasons, facts={})
    await world.deliver()
    return next(one for one in await world.alerts(name) if one.source == source)


async def ticks(world: World, **later: float) -> None:
    world.clock.forward(**later)
    for alert_id in await chasing.due(world.deps, now=world.clock.now, limit=50):
        await chasing.take_step(world.deps, alert_id, now=world.clock.now)
    await world.deliver()


async def test_two_within_two_minutes_are_two_alerts_and_one_message(world: World) -> None:
    first = await raised(world, Level.CONCERN, "checkin:1", "load_high")
    world.clock.forward(minutes=1)
    second = await raised(world, Level.CONCERN, "checkin:2", "boundary_open")
    assert world.kinds(ANN) == [Kind.ALERT, Kind.ALERT_UPDATE]
    shown = world.on(ANN)[-1]
    assert shown.params["reasons"] == ["load_high", "boundary_open"]
    assert shown.params["more_at"] == second.opened_at.isoformat()
    await overview.open_alerts(world.deps, world.message(ANN))
    await world.deliver()
    assert len(world.on(ANN)) == 3  # one line of the list
    await world.acknowledges(ANN, first)
    taken = await world.alert(second)
    assert (taken.state, taken.acknowledged_by) == (AlertState.ACKNOWLEDGED, (await world.person(ANN)).id)
    await responding.resolve(world.deps, world.press(ANN), first.id, Outcome.COVER)
    done = await world.alert(second)
    assert (done.state, done.outcome, done.next_step_at) == (AlertState.RESOLVED, "cover", None)
    assert done.resolved_at is not None
    assert done.resolved_at >= done.opened_at


async def test_both_go_along_the_chain_in_one_message_and_never_stand_still(world: World) -> None:
    await raised(world, Level.URGENT, "checkin:1", "load_very_high")
    await raised(world, Level.URGENT, "checkin:2", "boundary_same_day")
    for _ in range(12):
        await ticks(world, minutes=15)
        await ticks(world, seconds=1)
        async with world.deps.db.reading() as session:
            assert await alerts.stuck(session) == 0
            assert await alerts.overdue(session, world.clock.now) == 0
    told = [one for one in world.phone if one.kind is Kind.ALERT]
    assert {one.params["alert"] for one in told} == {(await world.alerts(SAM))[0].id.hex}
    assert [one.name for one in told[:4]] == [ANN, BEN, DANA, ANN]
    assert all(one.params["reasons"] == ["load_very_high", "boundary_same_day"] for one in told[1:])


async def test_what_becomes_worse_is_told_anew(world: World) -> None:
    await raised(world, Level.CONCERN, "checkin:1", "load_high")
    second = await raised(world, Level.CONCERN, "checkin:2", "boundary_open")
    assert second.joined_to is not None
    world.clock.forward(seconds=10)
    second = await raised(world, Level.URGENT, "checkin:2", "boundary_same_day")
    assert (second.joined_to, second.level) == (None, Level.URGENT)
    assert [one.params["level"] for one in world.on(ANN, Kind.ALERT)] == ["concern", "urgent"]


async def test_a_known_reason_does_not_ring_again_while_somebody_is_on_it(world: World) -> None:
    first = await raised(world, Level.CONCERN, "checkin:1", "load_high")
    await world.acknowledges(ANN, first)
    world.clock.forward(hours=2)
    again = await raised(world, Level.CONCERN, "checkin:2", "load_high")
    assert len(world.on(ANN, Kind.ALERT)) == 1
    assert again.acknowledged_at == again.opened_at
    await handling.decline(world.deps, world.press(ANN, world.copy(ANN, first)), first.id)
    await ticks(world)
    assert len(world.on(BEN, Kind.ALERT)) == 1
    # Closed, and the same comes up: an alert and a message of its own.
    await responding.resolve(world.deps, world.press(BEN), first.id, Outcome.TALKED)
    await raised(world, Level.CONCERN, "checkin:3", "load_high")
    assert len(world.on(ANN, Kind.ALERT)) == 2
    assert len(await world.alerts(SAM)) == 3


async def test_a_file_with_policies_of_its_own_bundles_nothing_unless_it_says_so(world: World) -> None:
    own = '[[policies]]\nlevel = "urgent"\nacknowledge_within = "2s"\nsteps = ["lead"]\n'
    world.deps = replace(world.deps, program=parse_program(own, "file"))
    await raised(world, Level.URGENT, "checkin:1", "asks_today")
    await raised(world, Level.URGENT, "checkin:2", "asks_today")
    assert len(world.on(DANA, Kind.ALERT)) == 2
    fatigue = parse_program(own + '[alerts]\nbundle_within = "1m"\n', "file").fatigue
    assert (fatigue.bundle_within, fatigue.same_reason_after, fatigue.concerns_a_day) == (
        timedelta(minutes=1),
        None,
        None,
    )


async def test_many_concerns_become_one_line_and_what_is_urgent_still_comes(world: World) -> None:
    text = '[[policies]]\nlevel = "concern"\nacknowledge_within = "4h"\nsteps = ["supervisor", "lead"]\n'
    text += "[alerts]\nconcerns_a_day = 2\n"
    world.deps = replace(world.deps, program=parse_program(text, "file"))
    for number in range(5):
        await raised(world, Level.CONCERN, f"checkin:{number}", "asks_this_week")
    assert world.kinds(ANN) == [Kind.ALERT, Kind.ALERT, Kind.MORE_ALERTS]
    await raised(world, Level.URGENT, "checkin:u", "asks_today")
    await world.calls()
    assert world.kinds(ANN)[3:] == [Kind.ALERT, Kind.ALERT]
    # The chains of all five go on, and all stand in the list.
    await ticks(world, hours=4)
    assert [one.params["level"] for one in world.on(DANA, Kind.ALERT)].count("concern") == 2
    await overview.open_alerts(world.deps, world.message(ANN))
    await world.deliver()
    assert len({one.params["alert"] for one in world.on(ANN, Kind.ALERT_UPDATE)}) == 7
    world.clock.forward(hours=21)
    await raised(world, Level.CONCERN, "checkin:tomorrow", "asks_this_week")
    assert world.kinds(ANN)[-1] is Kind.ALERT


async def test_several_mentors_of_a_team_under_strain_are_one_word_to_the_lead_that_names_nobody(world: World) -> None:
    names = [SAM, *(f"Mentor {number}" for number in range(4))]
    lines = [*PEOPLE, *(Line(20 + n, name, Role.MENTOR, "North", "en", ZONE, ANN) for n, name in enumerate(names[1:]))]
    await join(world, lines, names[1:])
    for number, name in enumerate(names[:3]):
        assert world.on(DANA, Kind.LEAD_NOTE) == []
        await raised(world, Level.CONCERN, f"checkin:{number}", "load_high", name=name)
    (note,) = world.on(DANA, Kind.LEAD_NOTE)
    assert note.params == {"conditions": True, "team": "North"}
    await raised(world, Level.CONCERN, "checkin:9", "load_high", name=names[3])
    assert len(world.on(DANA, Kind.LEAD_NOTE)) == 1


async def join(world: World, lines: list[Line], names: list[str]) -> None:
    """More mentors come onto the roster, and join."""
    report = await roster.import_roster(world.deps, lines, "roster.csv", links=True, dry_run=False)
    tokens = {link.name: link.token for link in report.links}
    world.chats |= {line.name: 7_000 + line.number for line in lines}
    for name in names:
        await joining.start(world.deps, world.message(name), tokens[name])
        await joining.agree(world.deps, world.press(name))
    await world.deliver()
