"""Who is on call: told by the chain, shown by /oncall, looked after by doctor."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.alerts import AlertState
from core.levels import Level
from core.messages import Kind
from flows import alerting, chasing, health, oncall, overview
from flows.turn import working
from program.load import parse_program
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World

POLICY = """
[[policies]]
level = "urgent"
acknowledge_within = "15m"
repeat = 2
steps = ["oncall", "supervisor"]
acknowledgement_lapses_after = "1h"
"""
ALWAYS = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nuntil = "00:00"\n'


def entry(person: str, when: str = ALWAYS, **keys: str) -> str:
    return f'[[rota]]\nperson = "{person}"\n{when}' + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


def by(world: World, *entries: str, policy: str = POLICY) -> World:
    """The same world with this rota."""
    text = 'default_timezone = "America/Chicago"\n' + policy + "".join(entries)
    world.deps = replace(world.deps, program=parse_program(text, "file"))
    return world


async def raised(world: World) -> list[str]:
    sam = await world.person(SAM)
    async with working(world.deps) as turn:
        told = await alerting.raise_alert(
            turn, sam, source="checkin:1", level=Level.URGENT, reasons=("asks_today",), facts={}
        )
    await world.deliver()
    return told


async def shown(world: World, name: str) -> dict[str, Any]:
    await oncall.show(world.deps, world.message(name))
    await world.deliver()
    assert world.kinds(name)[-1] is Kind.ONCALL
    return world.on(name)[-1].params


async def test_whoever_is_on_call_is_told_at_the_step(world: World) -> None:
    assert await raised(by(world, entry(BEN, team="North"), entry(CAL, team="South"))) == [BEN]
    assert world.on(BEN, Kind.ALERT)[0].params["step"] == "oncall"
    assert world.kinds(ANN) == world.kinds(CAL) == []


async def test_with_nobody_on_call_the_step_is_skipped_at_once_and_reported(world: World) -> None:
    night = 'days = ["mon"]\nfrom = "18:00"\nuntil = "08:00"\n'
    assert await raised(by(world, entry(BEN, night))) == [ANN]
    (line,) = await world.audit("alert_steps_skipped")
    assert line.detail["steps"] == ["oncall"]


async def test_a_name_that_is_not_on_the_roster_stops_nothing(world: World) -> None:
    assert await raised(by(world, entry("Nobody Known"), entry(SAM))) == [ANN]
    assert await raised(by(world, entry("Nobody Known", backup=BEN))) == [ANN]  # the same alert as before


async def test_the_backup_is_told_when_the_person_is_away(world: World) -> None:
    await world.change(BEN, away_from=world.clock.now)
    assert await raised(by(world, entry(BEN, backup=CAL))) == [CAL]


async def test_the_rota_is_asked_at_each_step_and_not_when_the_alert_opens(world: World) -> None:
    evening = 'days = ["mon"]\nfrom = "15:00"\nuntil = "15:10"\n'
    late = 'days = ["mon"]\nfrom = "15:10"\nuntil = "23:00"\n'
    by(world, entry(BEN, evening), entry(CAL, late))
    assert await raised(world) == [BEN]
    (alert,) = await world.alerts()
    for told in (ANN, CAL):
        world.clock.forward(minutes=15)
        await chasing.take_step(world.deps, alert.id, now=world.clock.now)
        await world.deliver()
        assert world.kinds(told)[-1] is Kind.ALERT


async def test_who_is_on_call_for_every_team_may_handle_the_alert_and_no_other(world: World) -> None:
    await raised(by(world, entry(CAL)))
    (alert,) = await world.alerts()
    alert = await world.acknowledges(CAL, alert)
    assert alert.state is AlertState.ACKNOWLEDGED
    await overview.open_alerts(world.deps, world.message(CAL))
    await world.deliver()
    assert world.kinds(CAL)[-1] is Kind.ALERT_UPDATE
    other = await world.calls()
    assert (await world.acknowledges(CAL, other)).state is AlertState.OPEN
    assert world.kinds(CAL)[-1] is Kind.REFUSAL


async def test_whoever_a_mentor_avoids_is_not_called_and_may_not_handle_it(world: World) -> None:
    cal = await world.person(CAL)
    await raised(by(world, entry(CAL)))
    (alert,) = await world.alerts()
    await world.change(SAM, avoids_id=cal.id)
    assert (await world.acknowledges(CAL, alert)).state is AlertState.OPEN
    assert world.kinds(CAL)[-1] is Kind.REFUSAL


def from_calendar(world: World, folder: Path, *events: str) -> World:
    """The same world with a calendar for every team in place of a rota."""
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20260101T000000Z\r\n{e}END:VEVENT\r\n" for n, e in enumerate(events)
    )
    (folder / "oncall.ics").write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n")
    text = POLICY + '[oncall]\ncalendar = "oncall.ics"\n'
    world.deps = replace(world.deps, program=parse_program(text, "file", folder))
    return world


WEEK_OF_BEN = "DTSTART:20260302T120000Z\r\nDTEND:20260309T120000Z\r\nSUMMARY:On call: ben ortiz (backup: Cal Diaz)\r\n"


async def test_whoever_a_calendar_names_is_told_at_the_step_and_then_who_stands_in(
    world: World, tmp_path: Path
) -> None:
    from_calendar(world, tmp_path, WEEK_OF_BEN)
    assert await raised(world) == [BEN]
    await world.change(BEN, away_from=world.clock.now)
    found = await shown(world, DANA)
    assert [(one["name"], one["until"]) for one in found["entries"]] == [
        (CAL, "2026-03-09T12:00:00+00:00"),
        (None, "2026-03-09T21:00:00+00:00"),
    ]


async def test_doctor_and_the_watchdog_hear_of_a_calendar_that_breaks_and_of_names_in_it(
    world: World, tmp_path: Path
) -> None:
    from_calendar(world, tmp_path, WEEK_OF_BEN.replace("Cal Diaz", "Nobody").replace("ben ortiz", "Eve Moss"))
    found = await oncall.look(world.deps)
    assert (
        found.notes[0] == "the calendar oncall.ics names On call: Eve Moss (backup: Nobody), who is not on the roster"
    )
    (tmp_path / "oncall.ics").write_text("no calendar")
    found = await oncall.look(world.deps)
    assert "the calendar oncall.ics is not an iCalendar file" in found.faults[0]
    problems = (await health.check(world.deps)).problems
    assert any("the calendar oncall.ics is not" in problem for problem in problems)


async def test_oncall_shows_shifts_and_gaps_of_the_next_seven_days(world: World) -> None:
    weekdays = 'days = ["mon", "tue", "wed", "thu", "fri"]\nfrom = "08:00"\nuntil = "08:00"\n'
    found = await shown(by(world, entry(BEN, weekdays, team="North")), ANN)
    assert (found["rota"], found["called"]) == (True, True)
    assert [(one["name"], one["from"], one["until"]) for one in found["entries"]] == [
        (BEN, "2026-03-02T14:00:00+00:00", "2026-03-07T14:00:00+00:00"),
        (None, "2026-03-07T14:00:00+00:00", "2026-03-09T13:00:00+00:00"),
        (BEN, "2026-03-09T13:00:00+00:00", "2026-03-10T13:00:00+00:00"),
    ]


async def test_a_shift_of_somebody_who_is_away_goes_to_the_backup_or_is_a_gap(world: World) -> None:
    until = world.clock.now + timedelta(days=2)
    await world.change(BEN, away_from=world.clock.now, away_until=until)
    found = await shown(by(world, entry(BEN, backup=ANN)), ANN)
    assert [one["name"] for one in found["entries"]] == [ANN, BEN]
    found = await shown(by(world, entry(BEN)), ANN)
    assert [one["name"] for one in found["entries"]] == [None, BEN]


async def test_a_lead_sees_every_team_and_a_gap_of_all_of_them_once(world: World) -> None:
    found = await shown(by(world, entry(BEN, team="North")), DANA)
    assert [(one["name"], one["team"]) for one in found["entries"]] == [(BEN, "North"), (None, "South")]
    found = await shown(by(world, entry("Nobody Known")), DANA)
    assert [(one["name"], one["team"]) for one in found["entries"]] == [(None, "")]


async def test_a_program_without_a_rota_says_so(world: World) -> None:
    assert (await shown(world, ANN))["rota"] is False


@pytest.mark.parametrize("name", [SAM, "a stranger"])
async def test_mentors_and_strangers_are_refused(world: World, name: str) -> None:
    await oncall.show(world.deps, world.message(name))
    await world.deliver()
    assert [one.kind for one in world.phone] == [Kind.REFUSAL]


async def test_a_lead_hears_once_a_week_of_days_without_anybody_and_not_at_night(world: World) -> None:
    by(world, entry(BEN, team="North"))
    assert await oncall.warn_leads(world.deps, now=world.clock.now) == 1
    for _ in range(2):
        world.clock.forward(hours=1)
        await oncall.warn_leads(world.deps, now=world.clock.now)
    await world.deliver()
    (told,) = world.phone
    assert (told.name, told.kind, told.params["warns"]) == (DANA, Kind.ONCALL, True)
    assert [(one["name"], one["team"]) for one in told.params["entries"]] == [(BEN, "North"), (None, "South")]
    world.clock.forward(days=6, hours=7)  # Monday, 00:00 in Chicago
    await oncall.warn_leads(world.deps, now=world.clock.now)
    assert await world.deliver() == []
    world.clock.forward(hours=9)
    assert [one.name for one in await world.deliver()] == [DANA]


@pytest.mark.parametrize("policy", [POLICY, ""])
async def test_a_lead_hears_nothing_of_a_full_rota_or_of_one_that_nobody_calls(world: World, policy: str) -> None:
    by(world, entry(BEN) if policy else entry(BEN, team="North"), policy=policy)
    assert await oncall.warn_leads(world.deps, now=world.clock.now) == 0
    assert await world.deliver() == []


async def test_doctor_hears_of_gaps_and_of_names_that_nobody_has(world: World) -> None:
    tuesday = 'days = ["tue"]\nfrom = "08:00"\nuntil = "08:00"\n'
    by(world, entry(BEN, team="North", backup="Nobody Known"), entry(CAL, tuesday), entry(SAM), entry(CAL, team="East"))
    found = await oncall.look(world.deps)
    assert found.faults == ("team South: nobody is on call until 2026-03-03 14:00 UTC",)
    assert found.notes == (
        "the rota names Nobody Known, who is not on the roster",
        f"the rota names {SAM}, who is a mentor: only supervisors and leads can be on call",
        "the rota names the team East, which is not on the roster",
        "team South: nobody is on call from 2026-03-04 14:00 UTC to 2026-03-09 21:00 UTC",
    )


async def test_doctor_says_nothing_of_gaps_that_no_policy_would_fall_into(world: World) -> None:
    found = await oncall.look(by(world, entry(BEN, team="North"), policy="").deps)
    assert (found.faults, found.notes) == ((), ())
    found = await oncall.look(by(world).deps)
    assert len(found.faults) == 2  # a step for whoever is on call, and no rota at all


async def test_doctor_counts_the_gaps_that_it_does_not_list(world: World) -> None:
    night = ALWAYS.replace("00:00", "18:00", 1).replace("00:00", "08:00", 1)
    found = await oncall.look(by(world, entry(BEN, night)).deps)
    assert len(found.faults) == 2  # it is 15:00
    assert len(found.notes) == oncall.GAPS_SHOWN + 1
    assert found.notes[-1] == "4 more times in the next seven days at which nobody is on call"
