"""A whole pulse by one text: what fits, what does not, and what is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.checkins import Checkin, CheckinState
from core.levels import Level
from core.messages import Kind
from flows import asking, noting
from flows.texting import Line, read
from storage.tables_checkins import AnswerRow, NoteRow
from tests.flows.world import PULSE, SAM, World


@pytest.mark.parametrize(
    "text", ["3 2 4 1 n", "3,2,4,1,n", "3241 n", "3241n", "3-2-4-1-N.", " 3 2 4 1   No ", "3;2;4;1;n", "3/2/4/1/n"]
)
def test_a_line_may_be_written_in_many_ways(text: str) -> None:
    assert read(text) == Line(("3", "2", "4", "1"), "no")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("n", "no"),
        ("no", "no"),
        ("w", "this_week"),
        ("s", "this_week"),
        ("semana", "this_week"),
        ("t", "today"),
        ("h", "today"),
        ("hoy", "today"),
        ("x", "not_safe"),
        ("X!", "not_safe"),
        ("I’m not safe", "not_safe"),
        ("no estoy a salvo", "not_safe"),
    ],
)
def test_the_request_has_a_letter_in_each_language(word: str, value: str) -> None:
    line = read(f"3 2 4 1 {word}")
    assert line is not None
    assert line.word == value


@pytest.mark.parametrize(
    "text", ["hello", "555-123-4567", "911", "988", "3 people came today", "n", "", "met 3 of them", "12/24/2026", "no"]
)
def test_other_texts_are_no_line(text: str) -> None:
    assert read(text) is None


def test_an_x_is_heard_alone_and_before_other_words() -> None:
    assert read("x") == Line((), "not_safe")
    assert read("3 2 x please come") == Line(("3", "2"), "not_safe", is_more=True)


async def says(world: World, text: str, **values: Any) -> None:
    """A text of Sam's."""
    await noting.take_text(world.deps, world.message(SAM, **values), text)
    await world.deliver()


async def answers(world: World, checkin: Checkin) -> dict[str, AnswerRow]:
    async with world.deps.db.reading() as session:
        rows = await session.scalars(select(AnswerRow).where(AnswerRow.checkin_id == checkin.id))
        return {row.item: row for row in rows}


async def notes(world: World) -> int:
    async with world.deps.db.reading() as session:
        return len((await session.scalars(select(NoteRow))).all())


async def test_a_line_answers_the_whole_pulse_at_once(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await says(world, "3 2 4 1 n")
    assert (await world.checkins())[-1].state is CheckinState.COMPLETE
    assert {item: row.value for item, row in (await answers(world, checkin)).items()} == dict(
        zip(PULSE, ("3", "2", "4", "1", "no"), strict=True)
    )
    assert world.kinds(SAM)[-1] is Kind.CHECKIN_DONE
    assert world.on(SAM)[-1].params["strain"] == pytest.approx(25 * (1 + 2 + 4 + 3) / 4)
    assert world.on(SAM, Kind.CHECKIN_CLOSED)[-1].params["why"] == "complete"
    assert await notes(world) == 0


async def test_answers_are_given_when_telegram_took_them_and_received_now(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    sent_at = world.clock.now + timedelta(minutes=2)
    now = world.clock.forward(hours=1)
    await says(world, "3241n", sent_at=sent_at)
    assert {(row.answered_at, row.received_at) for row in (await answers(world, checkin)).values()} == {(sent_at, now)}


async def test_a_line_comes_to_the_same_as_taps(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "3", "3", "0", "today")
    tapped = world.on(SAM, Kind.CHECKIN_DONE)[-1].params
    world.clock.forward(hours=1)
    await world.asks_for_a_checkin()
    await says(world, "1 3 3 0 t")
    texted = world.on(SAM, Kind.CHECKIN_DONE)[-1].params
    for same in ("strain", "level", "reasons"):
        assert texted[same] == tapped[same]
    assert [alert.level for alert in await world.alerts(SAM)] == [Level.URGENT, Level.URGENT]


@pytest.mark.parametrize(
    "text", ["3 2 4 n", "3 2 4 1", "3 2 4 5 n", "3 2 4 1 1 n", "32 4 1 n", "3 2 4 1 q", "3", "7.5"]
)
async def test_what_does_not_fit_is_corrected_and_nothing_is_stored(world: World, text: str) -> None:
    checkin = await world.asks_for_a_checkin()
    await says(world, text)
    assert world.on(SAM)[-1].kind is Kind.LINE_HELP
    assert world.on(SAM)[-1].params["numbers"] == 4
    assert await answers(world, checkin) == {}
    assert (await world.checkins())[-1].is_open
    assert await notes(world) == 0


@pytest.mark.parametrize("text", ["3 2 x", "x", "9 9 9 9 x", "no estoy a salvo", "3 2 4 1 x", "3 2 4 1 not safe"])
async def test_not_safe_is_never_lost(world: World, text: str) -> None:
    checkin = await world.asks_for_a_checkin()
    await says(world, text)
    assert (await answers(world, checkin))["reach_out"].value == "not_safe"
    (alert,) = await world.alerts(SAM)
    assert (alert.level, alert.reasons[-1]) == (Level.CRISIS, "not_safe")
    assert Kind.CRISIS in world.kinds(SAM)


async def test_words_behind_an_x_are_kept_as_a_note_too(world: World) -> None:
    await world.asks_for_a_checkin()
    await says(world, "3 2 x please come")
    assert [alert.level for alert in await world.alerts(SAM)] == [Level.CRISIS]
    assert await notes(world) == 1


async def test_a_line_takes_the_place_of_what_was_tapped_before(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await world.answers(SAM, "0", "4")
    await says(world, "3 2 4 1 n")
    found = await answers(world, checkin)
    assert (found["fuel"].value, found["spill"].value) == ("3", "2")


async def test_a_whole_line_without_an_open_pulse_is_a_check_in_of_the_mentors_own(world: World) -> None:
    await says(world, "3 2 4 1 t")
    (checkin,) = await world.checkins()
    assert checkin.state is CheckinState.COMPLETE
    assert [kind for kind in world.kinds(SAM) if kind is Kind.CHECKIN] == []
    assert [alert.level for alert in await world.alerts(SAM)] == [Level.URGENT]


async def test_without_an_open_pulse_an_x_is_passed_on_and_the_rest_is_a_note(world: World) -> None:
    await says(world, "x")
    assert [alert.level for alert in await world.alerts(SAM)] == [Level.CRISIS]
    await says(world, "3 2 4")
    assert await notes(world) == 1


async def test_a_number_for_an_open_count_is_no_line(world: World) -> None:
    await world.asks_for_a_checkin()
    await asking.ask_now(world.deps, world.message(SAM), "weekly")
    await world.deliver()
    await says(world, "7")
    weekly = next(one for one in await world.checkins() if one.kind == "weekly")
    assert (await answers(world, weekly))["people"].value == "7"
    assert Kind.LINE_HELP not in world.kinds(SAM)


async def test_one_line_that_comes_twice_counts_once(world: World) -> None:
    await world.asks_for_a_checkin()
    message = world.message(SAM)
    for _ in range(2):
        await noting.take_text(world.deps, message, "3 2 4 1 n")
    await world.deliver()
    assert len(await world.checkins()) == 1
    assert len(world.on(SAM, Kind.CHECKIN_DONE)) == 1


async def test_a_stranger_and_staff_send_no_lines(world: World) -> None:
    for name in ("Ann Lee", "nobody"):
        await noting.take_text(world.deps, world.message(name), "3 2 4 1 x")
    await world.deliver()
    assert await world.alerts() == []
