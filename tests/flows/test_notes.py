"""Notes: read, asked about, chased when nobody answers, taken back; never in a log."""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import select

from core.alerts import Outcome
from core.levels import Level
from core.messages import Kind
from core.notes import NoteEvent, NoteState
from flows import delivery, joining, leaving, noting, responding
from flows.delivery import Result, Settled
from flows.deps import Deps
from language.read import read_note
from scheduler import ticks
from storage.database import vault_of
from storage.tables_checkins import NoteRow
from storage.tables_outbox import OutboxRow
from tests.conftest import MovableClock
from tests.flows.asked import look_after, moves_on, note_of, says, screen
from tests.flows.world import ANN, BEN, ROSA, SAM, World

DANGER = "I can't do this anymore, I want to die"
SOFTENED = "I used to want to die, years ago"
OTHERS = "a guy I support overdosed last month"
IDIOM = "this heat is killing me, I could murder a sandwich"
HELP = "I need help"
RELAPSE = "I used last night"
NAMES = "met Joe Miller today, his number is 555-123-4567, all went well"
MINUTES = 11  # one more than notes.confirm_within


async def decides(world: World, note: UUID, event: NoteEvent, name: str = SAM) -> dict[str, object]:
    """Press a button under the answer to a note; return what is shown then."""
    seen = len(world.on(name, Kind.NOTE, Kind.REFUSAL))
    shown = world.on(name, Kind.NOTE)
    await noting.confirm(world.deps, world.press(name, shown[-1].message_id if shown else 1), note, event)
    await world.deliver()
    return world.on(name, Kind.NOTE, Kind.REFUSAL)[seen:][-1].params


async def row_of(world: World, note: UUID) -> tuple[NoteState, str, object]:
    """A stored note: where it stands, its words, and what was read in it."""
    async with world.deps.db.reading() as session:
        row = await session.get_one(NoteRow, note)
        vault = vault_of(session)
        return NoteState(row.state), vault.open(row.text_sealed), vault.open_json(row.reading_sealed)


async def levels(world: World, name: str = SAM) -> list[Level]:
    return [one.level for one in await world.alerts(name)]


def test_the_notes_of_these_tests_are_read_as_they_are_meant() -> None:
    flags = {
        text: {(f.kind.value, f.urgency.value) for f in read_note(text).flags} for text in (DANGER, SOFTENED, OTHERS)
    }
    assert ("self_risk", "immediate") in flags[DANGER]
    assert ("self_risk", "same_day") in flags[SOFTENED]
    assert {urgency for kind, urgency in flags[OTHERS] if kind == "client_risk"} == {"same_day"}


async def test_danger_is_answered_with_the_lines_and_a_question_and_nobody_is_told_yet(world: World) -> None:
    said = await says(world, DANGER)
    assert (said["kind"], said["answer"], said["unanswered"]) == (Kind.NOTE, "confirm", "crisis")
    assert await levels(world) == []
    assert world.on(ANN) == []


async def test_silence_about_danger_is_a_crisis_exactly_once(world: World) -> None:
    note = note_of(await says(world, DANGER))
    await moves_on(world, minutes=MINUTES - 2)
    assert await levels(world) == []
    await moves_on(world, minutes=2)
    await look_after(world)
    assert await levels(world) == [Level.CRISIS]
    assert len(world.on(ANN, Kind.ALERT)) == 1
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == [ANN]
    assert (await row_of(world, note))[0] is NoteState.UNANSWERED


async def test_two_replicas_let_the_time_pass_once(world: World) -> None:
    note = note_of(await says(world, DANGER))
    other = replace(world.deps, instance="another")
    now = world.clock.forward(minutes=MINUTES)
    due = [await noting.due(deps, now=now, limit=9) for deps in (world.deps, other)]
    assert due == [[note], [note]]
    assert [await noting.time_passed(deps, note, now=now) for deps in (world.deps, other)] == [True, False]
    assert await levels(world) == [Level.CRISIS]


async def test_a_kill_between_the_decision_and_its_storage_loses_nothing(world: World) -> None:
    class Killed(BaseException):
        """The process is gone."""

    await says(world, DANGER)
    now = world.clock.forward(minutes=MINUTES)
    (note,) = await noting.due(world.deps, now=now, limit=9)

    def dies() -> None:
        raise Killed

    with pytest.raises(Killed):
        await noting.time_passed(replace(world.deps, program=_Dying(dies)), note, now=now)  # type: ignore[arg-type]
    assert await levels(world) == []
    assert (await row_of(world, note))[0] is NoteState.ASKED
    await look_after(world)
    assert await levels(world) == [Level.CRISIS]


class _Dying:
    """A program at whose first question the process dies, in the middle of the transaction."""

    def __init__(self, dies: object) -> None:
        self._dies = dies

    def __getattr__(self, name: str) -> object:
        return self._dies()  # type: ignore[operator]


async def test_softened_danger_without_an_answer_is_for_today_and_said_so(world: World) -> None:
    said = await says(world, SOFTENED)
    assert said["unanswered"] == "urgent"
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == [Level.URGENT]
    assert world.on(SAM, Kind.NOTE)[-1].params["told"] == [ANN]
    assert world.on(SAM, Kind.CRISIS) == []


async def test_silence_about_somebody_else_tells_nobody(world: World) -> None:
    said = await says(world, OTHERS)
    assert (said["answer"], said["unanswered"]) == ("confirm", None)
    await moves_on(world, days=3)
    assert await levels(world) == []


async def test_a_fixed_phrase_is_thanked_for(world: World) -> None:
    assert (await says(world, IDIOM))["answer"] == "thanks"
    assert await levels(world) == []


async def test_it_is_about_me_calls_at_once_and_twice_is_once(world: World) -> None:
    note = note_of(await says(world, DANGER))
    for _ in range(2):
        said = await decides(world, note, NoteEvent.IS_ME)
        assert (said["state"], said["told"]) == ("me", [ANN])
    assert await levels(world) == [Level.CRISIS]
    await moves_on(world, minutes=MINUTES)
    assert len(world.on(ANN, Kind.ALERT)) == 1


@pytest.mark.parametrize("event", [NoteEvent.IS_SOMEONE, NoteEvent.IS_NOT_MEANT])
async def test_an_answer_ends_the_wait_and_can_still_become_me(world: World, event: NoteEvent) -> None:
    note = note_of(await says(world, DANGER))
    said = await decides(world, note, event)
    assert said["alert"] is None
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == []
    await decides(world, note, NoteEvent.IS_ME)
    assert await levels(world) == [Level.CRISIS]


async def test_not_what_i_meant_after_me_changes_nothing(world: World) -> None:
    note = note_of(await says(world, DANGER))
    await decides(world, note, NoteEvent.IS_ME)
    said = await decides(world, note, NoteEvent.IS_NOT_MEANT)
    assert said["state"] == "me"
    assert await levels(world) == [Level.CRISIS]


@pytest.mark.parametrize("event", [NoteEvent.IS_SOMEONE, NoteEvent.IS_NOT_MEANT])
async def test_a_late_answer_is_heard_and_the_mentor_reads_that_the_team_was_called(
    world: World, event: NoteEvent
) -> None:
    note = note_of(await says(world, DANGER))
    await moves_on(world, minutes=MINUTES)
    said = await decides(world, note, event)
    assert (said["state"], said["alert"]) == (event.value.removeprefix("is_"), "open")
    assert await levels(world) == [Level.CRISIS]


async def test_me_after_the_alert_was_closed_calls_anew(world: World) -> None:
    note = note_of(await says(world, SOFTENED))
    await moves_on(world, minutes=MINUTES)
    (alert,) = await world.alerts(SAM)
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.OTHER)
    await world.deliver()
    await decides(world, note, NoteEvent.IS_ME)
    assert await levels(world) == [Level.URGENT, Level.CRISIS]
    assert world.on(ANN, Kind.ALERT)[-1].params["level"] == "crisis"


async def test_me_makes_the_alert_of_softened_danger_a_crisis(world: World) -> None:
    note = note_of(await says(world, SOFTENED))
    await moves_on(world, minutes=MINUTES)
    await decides(world, note, NoteEvent.IS_ME)
    assert await levels(world) == [Level.CRISIS]


async def test_a_request_for_help_calls_for_today_and_names_who(world: World) -> None:
    said = await says(world, HELP)
    assert (said["answer"], said["told"]) == ("help", [ANN])
    assert await levels(world) == [Level.URGENT]


async def test_a_long_note_in_another_language_is_looked_at_by_a_person(world: World) -> None:
    text = "Heute war ein sehr langer und schwerer Tag, ich weiß nicht mehr, wie ich das alles noch schaffen soll. " * 3
    said = await says(world, text)
    assert (said["answer"], said["told"]) == ("unread", [ANN])
    assert (await world.alerts(SAM))[0].reasons == ("note_not_read",)


async def test_relapse_is_private_unless_the_mentor_wants_otherwise(world: World) -> None:
    note = note_of(await says(world, RELAPSE))
    assert (await decides(world, note, NoteEvent.KEEP_PRIVATE))["state"] == "private"
    await moves_on(world, days=2)
    assert await levels(world) == []
    for _ in range(2):
        said = await decides(world, note, NoteEvent.DISCLOSE)
        assert (said["state"], said["told"]) == ("disclosed", [ANN])
    assert await levels(world) == [Level.URGENT]


async def test_somebody_elses_danger_is_talked_over_on_request_once(world: World) -> None:
    note = note_of(await says(world, OTHERS))
    await decides(world, note, NoteEvent.IS_SOMEONE)
    for _ in range(2):
        await noting.debrief(world.deps, world.press(SAM), note)
        await world.deliver()
        assert world.on(SAM, Kind.NOTE)[-1].params["told"] == [ANN]
    assert await levels(world) == [Level.URGENT]


@pytest.mark.parametrize("name", [ROSA, ANN, BEN, "a stranger"])
@pytest.mark.parametrize("event", list(NoteEvent))
async def test_nobody_else_decides_about_a_note(world: World, name: str, event: NoteEvent) -> None:
    note = note_of(await says(world, DANGER))
    await noting.confirm(world.deps, world.press(name), note, event)
    await noting.debrief(world.deps, world.press(name), note)
    await world.deliver()
    assert (await row_of(world, note))[0] is NoteState.ASKED
    assert await levels(world) == []


async def test_a_note_that_is_not_there_is_refused(world: World) -> None:
    await says(world, DANGER)
    assert (await decides(world, uuid4(), NoteEvent.IS_NOT_MEANT))["reason"] == "not_yours"


async def test_me_under_a_note_that_is_forgotten_by_now_still_calls(world: World) -> None:
    note = note_of(await says(world, OTHERS))
    world.clock.forward(days=31)
    await ticks.daily_tick(world.deps)
    assert await kept(world) == 0
    for _ in range(2):
        await noting.confirm(world.deps, world.press(SAM), note, NoteEvent.IS_ME)
        await noting.confirm(world.deps, world.press(ANN), note, NoteEvent.IS_ME)
        await world.deliver()
    assert await levels(world) == [Level.CRISIS]
    assert len(world.on(ANN, Kind.ALERT)) == 1


async def test_a_note_that_was_answered_meanwhile_is_not_put_off_into_waiting_again(world: World) -> None:
    note = note_of(await says(world, DANGER))
    await decides(world, note, NoteEvent.IS_NOT_MEANT)
    await noting.put_off(world.deps, note, until=world.clock.now)
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == []
    other = note_of(await says(world, DANGER))
    await noting.put_off(world.deps, other, until=world.clock.forward(minutes=30))
    assert await noting.due(world.deps, now=world.clock.now, limit=9) == [other]


async def test_taking_a_note_back_wipes_its_words_and_deletes_the_message(world: World) -> None:
    said = await says(world, NAMES)
    assert said["names"] is True
    note = note_of(said)
    written = world.last_update
    assert (await row_of(world, note))[1] == NAMES
    for _ in range(2):
        assert (await decides(world, note, NoteEvent.WITHDRAW))["state"] == "withdrawn"
    assert await row_of(world, note) == (NoteState.WITHDRAWN, "", {})
    (gone,) = world.on(SAM, Kind.WITHDRAW)
    assert gone.message_id == 300 + written - 1
    # Nothing that was or will be sent holds its words.
    async with world.deps.db.reading() as session:
        vault = vault_of(session)
        assert not [
            row for row in await session.scalars(select(OutboxRow)) if "Miller" in vault.open(row.payload_sealed)
        ]


async def test_the_mentor_is_told_when_telegram_does_not_delete(world: World) -> None:
    note = note_of(await says(world, NAMES))
    world.clock.forward(days=3)
    await noting.confirm(world.deps, world.press(SAM, 77), note, NoteEvent.WITHDRAW)
    await settles(world, Result.REFUSED)
    said = world.on(SAM, Kind.NOTE)[-1]
    assert (said.params["state"], said.params["stays"], said.outgoing.edit) == ("withdrawn", True, 77)
    assert (await row_of(world, note))[1] == ""


async def settles(world: World, deleting: Result) -> None:
    """Let deleting a message end like that, and all else arrive."""
    while claimed := await delivery.claim(world.deps, limit=9):
        results = [
            Settled(outgoing=one, result=deleting if one.kind is Kind.WITHDRAW else Result.SENT) for one in claimed
        ]
        await delivery.settle(world.deps, results)
        if any(one.kind is Kind.WITHDRAW for one in claimed):
            break
    await world.deliver()


async def test_a_message_that_is_gone_already_is_no_trouble(world: World) -> None:
    note = note_of(await says(world, NAMES))
    await noting.confirm(world.deps, world.press(SAM, 77), note, NoteEvent.WITHDRAW)
    await settles(world, Result.GONE)
    assert not [one for one in world.on(SAM, Kind.NOTE) if one.params.get("stays")]


async def test_a_note_about_somebody_in_danger_that_names_a_client_can_be_taken_back(world: World) -> None:
    said = await says(world, "Joe Miller told me that he wants to kill himself, call him at 555-123-4567")
    note = note_of(said)
    assert said["answer"] == "confirm"
    assert (await decides(world, note, NoteEvent.IS_SOMEONE))["names"] is True
    assert (await decides(world, note, NoteEvent.WITHDRAW))["state"] == "withdrawn"
    assert (await row_of(world, note))[1:] == ("", {})


async def test_the_words_can_go_but_the_alert_stays_and_is_said_to_stay(world: World) -> None:
    note = note_of(await says(world, "I need help with Joe Miller, 555-123-4567"))
    if not await levels(world):
        pytest.fail("the note of this test asks for help")
    said = await decides(world, note, NoteEvent.WITHDRAW)
    assert (said["state"], said["alert"]) == ("withdrawn", "open")
    assert len(await world.alerts(SAM)) == 1


async def test_two_notes_in_a_row_are_two_notes(world: World) -> None:
    first = note_of(await says(world, DANGER))
    second = note_of(await says(world, "really, I want to kill myself"))
    await decides(world, first, NoteEvent.IS_NOT_MEANT)
    await moves_on(world, minutes=MINUTES)
    assert (await row_of(world, first))[0] is NoteState.NOT_MEANT
    assert (await row_of(world, second))[0] is NoteState.UNANSWERED
    assert await levels(world) == [Level.CRISIS]


async def test_a_note_leaves_an_open_checkin_as_it_is(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.taps(SAM, "2")
    before = screen(world)
    assert (await says(world, "what a day"))["answer"] == "thanks"
    assert screen(world) == before
    assert (await world.checkins())[-1].answers == {"fuel": "2"}


async def test_the_same_note_delivered_twice_is_one(world: World) -> None:
    update = world.message(SAM, message_id=9)
    for _ in range(3):
        await noting.take_text(world.deps, update, HELP)
    await world.deliver()
    assert len(world.on(SAM, Kind.NOTE)) == 1
    assert await levels(world) == [Level.URGENT]


# Written anew, or beside a picture.


async def edits(world: World, message_id: int, text: str) -> list[Kind]:
    """Write a message anew; return the kinds of what is said to it."""
    seen = len(world.on(SAM))
    await noting.take_edit(world.deps, world.message(SAM, message_id=message_id), text)
    await world.deliver()
    return [one.kind for one in world.on(SAM)[seen:]]


async def test_danger_that_is_written_into_an_older_note_is_heard(world: World) -> None:
    first = note_of(await says(world, "a fine day", message_id=42))
    await edits(world, 42, DANGER)
    assert (await row_of(world, first))[1] == ""
    assert note_of(world.on(SAM, Kind.NOTE)[-1].params) != first
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == [Level.CRISIS]


async def test_danger_that_is_edited_away_is_asked_about_all_the_same(world: World) -> None:
    note = note_of(await says(world, DANGER, message_id=42))
    await edits(world, 42, "a fine day")
    assert (await row_of(world, note))[:2] == (NoteState.ASKED, DANGER)
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == [Level.CRISIS]


async def test_taking_back_an_edited_note_wipes_all_that_it_ever_said(world: World) -> None:
    await says(world, NAMES, message_id=42)
    await edits(world, 42, NAMES + ", really")
    note = note_of(world.on(SAM, Kind.NOTE)[-1].params)
    await decides(world, note, NoteEvent.WITHDRAW)
    async with world.deps.db.reading() as session:
        vault = vault_of(session)
        assert {vault.open(row.text_sealed) for row in await session.scalars(select(NoteRow))} == {""}


async def test_a_number_that_is_written_anew_answers_no_question(world: World) -> None:
    assert await edits(world, 42, "38") == []
    assert await kept(world) == 0


async def test_words_beside_a_picture_are_read_for_danger_and_the_picture_is_not_kept(world: World) -> None:
    for caption, said in ((DANGER, Kind.NOTE), ("my garden", Kind.REFUSAL), ("", Kind.REFUSAL)):
        await noting.take_file(world.deps, world.message(SAM), caption)
        await world.deliver()
        assert world.on(SAM)[-1].kind is said
    assert await kept(world) == 1


# Whose notes are not kept.


async def kept(world: World) -> int:
    async with world.deps.db.reading() as session:
        return len((await session.scalars(select(NoteRow.id))).all())


async def test_a_stranger_in_danger_gets_the_lines_and_the_truth(world: World) -> None:
    await noting.take_text(world.deps, world.message("a stranger"), DANGER)
    await noting.take_text(world.deps, world.message("a stranger"), HELP)
    shown = await world.deliver()
    assert [(one.kind, one.params.get("nobody_here")) for one in shown] == [(Kind.CRISIS, True), (Kind.REFUSAL, None)]
    assert await kept(world) == 0


async def test_a_supervisor_in_danger_gets_the_lines_and_is_not_promised_a_team(world: World) -> None:
    assert (await says(world, DANGER, ANN))["nobody_here"] is True
    assert (await says(world, "thank you all", ANN))["kind"] is Kind.HELP
    assert await kept(world) == 0
    assert await world.alerts() == []


@pytest.mark.parametrize("text", [DANGER, HELP])
async def test_a_mentor_who_left_gets_the_lines_and_the_way_to_a_person(world: World, text: str) -> None:
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    said = await says(world, text)
    assert (said["kind"], said.get("lines_only"), said.get("nobody_here")) == (Kind.CRISIS, True, None)
    assert await kept(world) == 0


async def test_a_mentor_who_has_not_agreed_gets_the_lines(deps: Deps, clock: MovableClock) -> None:
    world = await World.build(deps, clock)
    await joining.start(deps, world.message(SAM), world.tokens[SAM])
    await world.deliver()
    assert (await says(world, DANGER))["lines_only"] is True
    assert await kept(world) == 0


async def test_where_notes_are_off_danger_is_answered_all_the_same(world: World) -> None:
    world.deps = replace(
        world.deps,
        program=replace(world.deps.program, notes=replace(world.deps.program.notes, enabled=False)),
    )
    assert (await says(world, DANGER))["lines_only"] is True
    assert (await says(world, "a fine day"))["kind"] is Kind.HELP
    assert await kept(world) == 0
    await moves_on(world, minutes=MINUTES)
    assert await levels(world) == []


# Hostile notes.


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4_096,
        "\x00\x01\x02",
        "\ud83d half of an emoji",
        "<b>&amp;</b> {0} {name} %s \\ '; DROP TABLE notes; --",
        "😀" * 2_048,
        "\u202e\u200f\u200d" * 300,
        "\n" * 500,
        " ",
        "ι̇" * 1_000,
        ("z̴̢̛" * 600)[:4_096],
    ],
)
async def test_any_text_is_kept_and_answered(world: World, text: str) -> None:
    said = await says(world, text)
    assert said["kind"] is Kind.NOTE
    assert (await row_of(world, note_of(said)))[1] == text.encode(errors="replace").decode()


async def test_a_note_that_is_too_long_to_read_whole_is_said_to_be(world: World) -> None:
    said = await says(world, "it was a calm week and we walked a lot. " * 100)
    assert (said["answer"], said["whole"]) == ("thanks", False)


async def test_danger_at_the_end_of_the_longest_note_is_found(world: World) -> None:
    assert (await says(world, ("a calm week. " * 400)[:4_000] + DANGER))["answer"] == "confirm"


# What must not be seen.


async def test_a_note_is_in_no_log_and_in_no_audit_line(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        for text in (DANGER, NAMES, HELP, RELAPSE):
            note = note_of(await says(world, text))
            await decides(world, note, NoteEvent.WITHDRAW)
        await moves_on(world, minutes=MINUTES)
        await ticks.daily_tick(world.deps)
    trail = [f"{line.action} {line.detail}" for line in await world.audit()]
    everything = caplog.text + str(logged) + "".join(trail) + "".join(capsys.readouterr())
    for words in ("want to die", "Miller", "555-123", "used last night", "need help", "suicide"):
        assert words not in everything


async def test_a_note_is_sealed_where_it_is_kept(world: World) -> None:
    note = note_of(await says(world, DANGER))
    async with world.deps.db.reading() as session:
        row = await session.get_one(NoteRow, note)
        assert "die" not in row.text_sealed
        assert "risk" not in row.reading_sealed
    # What was read in it is kept without the words that fired a rule.
    _, _, reading = await row_of(world, note)
    assert "die" not in str(reading)


async def test_a_note_is_forgotten_in_time_but_not_while_it_waits(world: World) -> None:
    note = note_of(await says(world, DANGER))
    world.clock.forward(days=31)
    await ticks.daily_tick(world.deps)
    assert (await row_of(world, note))[0] is NoteState.ASKED
    await look_after(world)
    assert await levels(world) == [Level.CRISIS]
    world.clock.now += timedelta(seconds=1)
    await ticks.daily_tick(world.deps)
    assert await kept(world) == 0
