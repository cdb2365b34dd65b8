"""A mentor does not answer: a private word at three, a question at six, a neutral hello at nine. Never a score."""

from datetime import timedelta

from core.checkins import CheckinEvent
from core.messages import Kind
from core.people import Person, Role
from core.timetable import Occurrence
from flows import asking, ending, silence
from flows.deps import Deps
from flows.turn import working
from storage import assessments, checkins, people
from storage.exports import alerts as exported_alerts
from tests.conftest import MovableClock

SUPERVISOR_ID, MENTOR_ID = 11, 22


async def a_team(deps: Deps) -> tuple[Person, Person]:
    """A mentor who takes part, and a supervisor who has joined."""
    async with working(deps) as turn:
        team = await people.ensure_team(turn.session, "North")
        common = {"team_id": team, "language": "en", "timezone": "UTC", "now": turn.now}
        mentor = await people.add(turn.session, name="Sam Rivera", role=Role.MENTOR, **common)
        boss = await people.add(turn.session, name="Ann Lee", role=Role.SUPERVISOR, **common)
        await people.bind(turn.session, mentor, MENTOR_ID, turn.now)
        await people.bind(turn.session, boss, SUPERVISOR_ID, turn.now)
        await people.change(turn.session, mentor, consented_at=turn.now, consent_version="1", supervisor_id=boss)
        return await people.get(turn.session, mentor), await people.get(turn.session, boss)


async def one_pulse(
    deps: Deps, clock: MovableClock, mentor: Person, *, answered: bool, arrived: bool = True
) -> list[tuple[Kind, Person | None, str | None]]:
    """Send a pulse, let it end, and return who was told what."""
    clock.forward(days=2)
    pulse = deps.program.checkin("pulse")
    async with working(deps) as turn:
        person = await people.get(turn.session, mentor.id)
        checkin = await asking.open_checkin(
            turn,
            person,
            pulse,
            occurrence=Occurrence(clock().date(), "09:00", clock()),
            quiet=asking.no_quiet(),
        )
        assert checkin is not None
        if arrived:
            await checkins.set_message(turn.session, checkin.id, 5)
    async with working(deps, now=clock() + timedelta(hours=12)) as turn:
        stored = await checkins.lock(turn.session, checkin.id)
        assert stored is not None
        if answered:
            await checkins.put_answer(turn.session, stored.id, "fuel", "3", answered_at=clock(), received_at=clock())
            stored = await checkins.get(turn.session, stored.id)
            assert stored is not None
        await ending.close(turn, person, stored, CheckinEvent.EXPIRE)
        return [
            (n.kind, n.person_id, n.params.get("stage"))
            for n in turn.notices
            if n.kind in (Kind.SILENCE, Kind.STAFF_HELLO)
        ]


async def test_three_six_and_nine_missed_pulses_are_answered_once_each(deps: Deps, clock: MovableClock) -> None:
    mentor, boss = await a_team(deps)
    heard = [await one_pulse(deps, clock, mentor, answered=False) for _ in range(12)]
    assert [place for place, told in enumerate(heard, 1) if told] == [3, 6, 9]
    assert heard[2] == [(Kind.SILENCE, mentor.id, "nudge")]
    assert heard[5] == [(Kind.SILENCE, mentor.id, "pause")]
    assert heard[8] == [(Kind.STAFF_HELLO, boss.id, None), (Kind.SILENCE, mentor.id, "supervisor")]


async def test_one_answer_ends_a_silence(deps: Deps, clock: MovableClock) -> None:
    mentor, _ = await a_team(deps)
    await one_pulse(deps, clock, mentor, answered=False)
    await one_pulse(deps, clock, mentor, answered=False)
    await one_pulse(deps, clock, mentor, answered=True)
    assert await one_pulse(deps, clock, mentor, answered=False) == []
    assert await one_pulse(deps, clock, mentor, answered=False) == []
    assert await one_pulse(deps, clock, mentor, answered=False) == [(Kind.SILENCE, mentor.id, "nudge")]


async def test_a_pulse_that_never_arrived_is_no_silence(deps: Deps, clock: MovableClock) -> None:
    mentor, _ = await a_team(deps)
    for _ in range(5):
        assert await one_pulse(deps, clock, mentor, answered=False, arrived=False) == []


async def test_being_away_is_no_silence(deps: Deps, clock: MovableClock) -> None:
    mentor, _ = await a_team(deps)
    await one_pulse(deps, clock, mentor, answered=False)
    await one_pulse(deps, clock, mentor, answered=False)
    async with working(deps) as turn:
        await people.change(turn.session, mentor.id, away_from=clock(), away_until=None)
    assert await one_pulse(deps, clock, mentor, answered=False) == []


async def test_silence_raises_no_alert_and_no_score(deps: Deps, clock: MovableClock) -> None:
    mentor, _ = await a_team(deps)
    for _ in range(10):
        await one_pulse(deps, clock, mentor, answered=False)
    async with deps.db.reading() as session:
        assert [alert async for alert in exported_alerts(session)] == []
        assert await assessments.before(session, mentor.id, clock.forward(days=1), "weekly") is None
    assert silence.PULSE == "pulse"
