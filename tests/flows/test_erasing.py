"""Erasing: two taps, and nothing can be opened to the mentor's words or name afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from core.alerts import AlertState, Outcome
from core.messages import Kind
from flows import asking, erasing, exporting, joining, leaving, mydata, noting, responding, roster, team, turn
from flows.roster import Line
from storage import updates
from storage.tables import Base
from storage.tables_alerts import AlertRow
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow, NoteRow
from storage.vault import WrongKey
from tests.flows.world import ANN, CAL, PEOPLE, ROSA, SAM, World

WORDS = "a long week with little sleep"


async def lived(world: World) -> None:
    """Sam answers, writes, is told about, is met, and everything about it is closed."""
    await world.asks_for_a_checkin(SAM)
    await world.answers(SAM, "1", "3", "3", "0", "today")
    await noting.take_text(world.deps, world.message(SAM), WORDS)
    await team.show_team(world.deps, world.message(ANN))
    await mydata.send(world.deps, world.message(SAM))
    await world.deliver()
    await closes(world)


async def closes(world: World) -> None:
    """Ann closes every alert about Sam."""
    for alert in await world.alerts(SAM):
        await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.TALKED)
    await world.deliver()


async def asks(world: World, name: str = SAM) -> dict[str, Any]:
    """The first tap."""
    await erasing.ask(world.deps, world.press(name))
    await world.deliver()
    return world.on(name)[-1].params


async def erases(world: World, name: str = SAM) -> None:
    """Both taps."""
    params = await asks(world, name)
    await erasing.erase(world.deps, world.press(name), datetime.fromtimestamp(params["asked_at"], UTC))
    await world.deliver()


async def opened(world: World) -> str:
    """Every value of every row of every table, sealed ones opened: all that the whole database can tell."""
    found: list[str] = []
    vault = world.deps.db.vault
    async with world.deps.db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                for value in row:
                    found.append(str(value))
                    try:
                        found.append(vault.open(str(value)))
                    except WrongKey:
                        continue
    return "\n".join(found)


async def count(world: World, row: Any) -> int:
    async with world.deps.db.reading() as session:
        return await session.scalar(select(func.count()).select_from(row)) or 0


async def test_nothing_in_the_database_opens_to_the_words_or_the_name(world: World) -> None:
    await lived(world)
    before = await opened(world)
    assert WORDS in before
    assert SAM in before
    await erases(world)
    after = await opened(world)
    assert WORDS not in after
    assert SAM not in after


async def test_answers_scores_notes_and_reasons_are_gone_and_counts_stay(world: World) -> None:
    await lived(world)
    checkins, alerts = await count(world, CheckinRow), await count(world, AlertRow)
    await erases(world)
    assert [await count(world, row) for row in (AnswerRow, AssessmentRow, NoteRow)] == [0, 0, 0]
    assert (await count(world, CheckinRow), await count(world, AlertRow)) == (checkins, alerts)
    assert {(alert.reasons, tuple(alert.facts)) for alert in await world.alerts()} == {((), ())}


async def test_the_audit_trail_stays_and_says_that_it_was_erased(world: World) -> None:
    await lived(world)
    before = len(await world.audit())
    await erases(world)
    assert len(await world.audit()) == before + 1
    assert (await world.audit())[-1].action == "erased"


async def test_the_person_is_a_stranger_afterwards(world: World) -> None:
    await lived(world)
    await erases(world)
    assert world.on(SAM)[-1].kind is Kind.ERASED
    world.phone.clear()
    await asking.ask_now(world.deps, world.message(SAM))
    await mydata.send(world.deps, world.message(SAM))
    await noting.take_text(world.deps, world.message(SAM), "hello again")
    await joining.start(world.deps, world.message(SAM), world.tokens[SAM])
    await world.deliver()
    assert {one.kind for one in world.on(SAM)} == {Kind.REFUSAL}
    assert {one.outgoing.person_id for one in world.on(SAM)} == {None}


async def test_a_new_line_of_the_roster_starts_from_nothing(world: World) -> None:
    await lived(world)
    await erases(world)
    world.phone.clear()  # what was shown under this name was about somebody whose lines are erased
    report = await roster.import_roster(world.deps, PEOPLE, "roster.csv", links=True, dry_run=False)
    assert (report.added, [link.name for link in report.links]) == (1, [SAM])
    assert await world.checkins(SAM) == []


async def test_two_erased_people_have_different_placeholders(world: World) -> None:
    ids = [(await world.person(name)).id for name in (SAM, ROSA)]
    await erases(world, SAM)
    await erases(world, ROSA)
    names = [person.name for person in await roster.everybody(world.deps) if person.id in ids]
    assert len(set(names)) == 2
    assert all(name.startswith("Erased ") and name.split()[1].isdigit() for name in names)


async def test_exports_show_only_the_placeholder(world: World) -> None:
    await lived(world)
    await erases(world)
    assert [row async for row in exporting.rows(world.deps, "answers")] == []
    names = {row["mentor"] async for row in exporting.rows(world.deps, "alerts")}
    assert len(names) == 1
    assert names.pop().startswith("Erased ")


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.ACKNOWLEDGED])
async def test_nothing_is_erased_while_somebody_is_on_the_way(world: World, state: AlertState) -> None:
    alert = await world.calls(SAM)
    if state is AlertState.ACKNOWLEDGED:
        await world.acknowledges(ANN, alert)
    params = await asks(world)
    assert params["refused"]
    await erasing.erase(world.deps, world.press(SAM), datetime.fromtimestamp(params["asked_at"], UTC))
    await world.deliver()
    assert world.on(SAM)[-1].params["refused"]
    assert (await world.person(SAM)).telegram_id == world.chats[SAM]
    await closes(world)
    await erases(world)
    assert world.on(SAM)[-1].kind is Kind.ERASED


async def test_nothing_is_erased_while_a_note_waits_for_its_answer(world: World) -> None:
    await noting.take_text(world.deps, world.message(SAM), "I want to die")
    await world.deliver()
    assert (await asks(world))["refused"]


async def test_an_alert_that_can_wait_stays_open_without_a_name(world: World) -> None:
    await world.asks_for_a_checkin(SAM)
    await world.answers(SAM, "1", "3", "3", "0", "this_week")
    await erases(world)
    assert world.on(SAM)[-1].params["still_open"] == 1
    (alert,) = await world.alerts()
    assert (alert.state, alert.reasons, dict(alert.facts)) == (AlertState.OPEN, ("asks_this_week",), {})
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.OTHER)
    await world.deliver()
    assert (await world.alert(alert)).state is AlertState.RESOLVED
    assert SAM not in await opened(world)


async def test_messages_to_staff_that_have_not_left_yet_lose_the_name(world: World) -> None:
    await world.asks_for_a_checkin(SAM)
    for value in ("1", "3", "3", "0"):
        await world.taps(SAM, value)
    shown = world.on(SAM, Kind.CHECKIN)[-1]
    tap = asking.Tap(checkin_id=(await world.checkins())[-1].id, place=shown.params["place"], value="this_week")
    await asking.tap(world.deps, world.press(SAM, shown.message_id), tap, "answer")
    await erasing.erase(world.deps, world.press(SAM), world.clock.now)
    await world.deliver()
    assert [one.params["mentor"][:7] for one in world.on(ANN, Kind.ALERT)] in ([], ["Erased "])
    assert SAM not in await opened(world)


async def test_an_update_that_could_not_be_handled_is_erased_too(world: World) -> None:
    for update, name in ((901, SAM), (902, ROSA)):
        body = {"update_id": update, "message": {"from": {"id": world.chats[name]}, "text": f"{WORDS} {update}"}}
        async with turn.working(world.deps) as work:
            await updates.bury(work.session, update, body, "ValueError", work.now)
    await erases(world)
    after = await opened(world)
    assert f"{WORDS} 901" not in after
    assert f"{WORDS} 902" in after


async def test_another_mentors_data_is_untouched(world: World) -> None:
    await lived(world)
    await world.asks_for_a_checkin(ROSA)
    await world.answers(ROSA, "1", "3", "3", "0", "this_week")
    rosa = await world.person(ROSA)
    (alert,) = await world.alerts(ROSA)
    await erases(world, SAM)
    assert await world.person(ROSA) == rosa
    assert await world.alert(alert) == alert
    assert dict((await world.checkins(ROSA))[-1].answers)["reach_out"] == "this_week"


async def test_one_tap_erases_nothing_and_an_old_confirmation_asks_again(world: World) -> None:
    params = await asks(world)
    assert not params["refused"]
    assert (await world.person(SAM)).telegram_id is not None
    world.clock.forward(minutes=31)
    await erasing.erase(world.deps, world.press(SAM), datetime.fromtimestamp(params["asked_at"], UTC))
    await world.deliver()
    assert world.on(SAM)[-1].kind is Kind.ERASE
    assert (await world.person(SAM)).telegram_id is not None


async def test_a_confirmation_that_comes_twice_is_no_fault(world: World) -> None:
    asked_at = datetime.fromtimestamp((await asks(world))["asked_at"], UTC)
    await erasing.erase(world.deps, world.press(SAM), asked_at)
    await erasing.erase(world.deps, world.press(SAM), asked_at)
    await world.deliver()
    assert len(await world.audit("erased")) == 1


async def test_staff_cannot_erase_themselves_by_a_button(world: World) -> None:
    await erasing.erase(world.deps, world.press(ANN), world.clock.now)
    await world.deliver()
    assert world.on(ANN)[-1].kind is Kind.REFUSAL
    assert (await world.person(ANN)).name == ANN


async def test_somebody_who_left_can_erase_too(world: World) -> None:
    await leaving.leave(world.deps, world.press(SAM))
    await erases(world)
    assert world.on(SAM)[-1].kind is Kind.ERASED


async def test_a_first_name_alone_is_not_taken_from_others(world: World) -> None:
    line = Line(9, "Sam Stone", PEOPLE[1].role, "South", "en", "America/Chicago", CAL)
    await roster.import_roster(world.deps, [*PEOPLE, line], "roster.csv", links=False, dry_run=False)
    await erases(world)
    assert (await world.person("Sam Stone")).name == "Sam Stone"
