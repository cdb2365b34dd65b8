"""All questions in one message: a check-in is answered by text alone, also when the connection is bad."""

from datetime import timedelta

from sqlalchemy import select

from core.checkins import CheckinState
from core.messages import Kind
from flows import own_days
from storage.tables_checkins import AnswerRow
from tests.flows.asked import says, screen, sent, stored, tap
from tests.flows.world import SAM, World


async def in_one_message(world: World) -> None:
    await own_days.toggle_one_message(world.deps, world.press(SAM))
    await world.deliver()
    assert world.on(SAM, Kind.SETTINGS)[-1].params["one_message"] is True


async def test_a_pulse_comes_as_one_message_and_one_line_answers_it(world: World) -> None:
    await in_one_message(world)
    checkin = await sent(world, "pulse")
    assert screen(world).params["lines"] == list(checkin.items)
    await says(world, "3 2 4 1 n")
    assert (await stored(world, checkin)).state is CheckinState.COMPLETE


async def test_a_week_is_answered_in_a_few_texts(world: World) -> None:
    await in_one_message(world)
    checkin = await sent(world, "weekly")
    await says(world, "8 17.5 0 0 0 0 2")  # six counts, and the second choice for supervision
    assert screen(world).params["lines"][0] == "reserve"
    await says(world, "1 1 1 1 3 3 2 1")  # six scales, why, and the first choice for boundaries
    done = await stored(world, checkin)
    assert done.state is CheckinState.COMPLETE
    assert (done.answers["hours"], done.answers["backup"], done.answers["boundary"]) == ("17.5", "3", "no")
    questionnaire = world.deps.program.checkin("weekly")
    supervision = questionnaire.item("supervision")
    assert supervision is not None
    assert done.answers["supervision"] == supervision.options[1].value


async def test_a_number_that_does_not_fit_is_named_and_nothing_is_stored(world: World) -> None:
    checkin = await sent(world, "weekly")
    said = await says(world, "8 17 0 9 0 0")
    assert {key: said[key] for key in ("kind", "place", "value", "to")} == {
        "kind": Kind.LINE_HELP,
        "place": 4,
        "value": "9",
        "to": "7",
    }
    assert (await stored(world, checkin)).answers == {}
    assert (await says(world, " ".join("1" * 30)))["kind"] == Kind.LINE_HELP


async def test_a_line_that_is_almost_a_pulse_says_what_is_wrong(world: World) -> None:
    await sent(world, "pulse")
    assert (await says(world, "3 2 4 n"))["given"] == 3
    wrong = await says(world, "3 7 4 1 n")
    assert (wrong["place"], wrong["value"]) == (2, "7")
    assert (await says(world, "3 2 4 1"))["no_letter"] is True


async def test_buttons_are_one_tap_away_and_then_go_on_in_place(world: World) -> None:
    await in_one_message(world)
    checkin = await sent(world, "pulse")
    await tap(world, checkin, "fuel", action="buttons")
    assert screen(world).params["lines"] == []
    await tap(world, checkin, "fuel", "2")
    assert screen(world).params["item"] == "spill"
    assert screen(world).params["lines"] == []


async def test_what_a_text_is_about_and_when_it_came_in_are_kept_apart(world: World) -> None:
    checkin = await sent(world, "weekly")
    written = world.clock.now
    world.clock.forward(hours=20)
    await says(world, "8 17", sent_at=written)
    async with world.deps.db.reading() as session:
        rows = list(await session.scalars(select(AnswerRow).where(AnswerRow.checkin_id == checkin.id)))
    assert {row.answered_at for row in rows} == {written}
    assert {row.received_at - row.answered_at for row in rows} == {timedelta(hours=20)}
