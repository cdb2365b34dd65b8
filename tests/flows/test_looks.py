"""Nobody sees anything of a mentor without a line that this mentor can read: screens and commands as tables."""

from collections.abc import Awaitable, Callable

import pytest

from app.main import COMMANDS
from core.looks import LOOKS, OF_ALL, OF_ONE, SHOWS, SHOWS_NOBODY_ELSE
from core.messages import Kind
from flows import exporting, mydata, roster, sending
from flows.turn import working
from tests.flows.world import ANN, ROSA, SAM, World

# What each command of `keepwell` shows of mentors, and the lines that it leaves. Backups are
# encrypted, and files the operator's own.
COMMANDS_THAT_SHOW = {
    "roster": {"roster_listed"},
    "send": {"checkin_sent", "status_seen"},
    "export": {"exported_answers", "exported_alerts", "exported_audit"},
}
COMMANDS_THAT_SHOW_NOBODY = {
    *("run", "doctor", "migrate", "program", "replay", "read", "simulate"),
    *("backup", "restore", "keys", "demo"),
}


def test_every_screen_shows_a_mentor_with_a_line_or_shows_nobody() -> None:
    """Whoever adds a kind of message says here whom it shows."""
    assert set(SHOWS) | SHOWS_NOBODY_ELSE == set(Kind)
    assert not set(SHOWS) & SHOWS_NOBODY_ELSE
    assert set(SHOWS.values()) <= set(OF_ONE.values())


def test_every_command_shows_mentors_with_a_line_or_shows_nobody() -> None:
    """Whoever adds a command says here whom it shows."""
    assert set(COMMANDS) <= set(COMMANDS_THAT_SHOW) | COMMANDS_THAT_SHOW_NOBODY
    assert {action for actions in COMMANDS_THAT_SHOW.values() for action in actions} <= set(LOOKS)
    assert {f"exported_{what}" for what in exporting.EXPORTS} <= set(OF_ALL)


async def _export(world: World, what: str) -> None:
    async for _ in exporting.rows(world.deps, what):
        pass


async def _list(world: World) -> None:
    await roster.everybody(world.deps)


async def _send(world: World) -> None:
    await world.change(SAM, left_at=world.clock.now)
    (outcome,) = await sending.send(world.deps, "pulse", to=SAM)
    assert not outcome.sent
    await world.change(SAM, left_at=None)


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        (_list, "roster"),
        (_send, "status"),
        *((lambda world, what=what: _export(world, what), f"exported_{what}") for what in exporting.EXPORTS),
    ],
)
async def test_what_a_command_shows_is_on_the_list_of_who_looked(
    world: World, command: Callable[[World], Awaitable[None]], seen: str
) -> None:
    world.clock.forward(minutes=1)
    await command(world)
    await mydata.show_looks(world.deps, world.press(SAM), 0)
    await world.deliver()
    looks = world.on(SAM, Kind.LOOKED)[-1].params["looks"]
    assert [(one["by"], one["action"]) for one in looks] == [("operator", seen)]


async def test_a_screen_that_shows_a_mentor_without_a_line_is_found(world: World) -> None:
    """The check that every flow's test ends with, on messages that are known to be wanting."""
    async with working(world.deps) as turn:
        ann = await world.person(ANN)
        turn.tell(ann, Kind.AGENDA, params={"name": SAM})
        turn.tell(ann, Kind.HELP, params={"mentor": (await world.person(ROSA)).id.hex})
    await world.deliver()
    found = await world.unnoted()
    assert set(found) == {(ANN, Kind.AGENDA, SAM), (ANN, Kind.HELP, ROSA)}
    world.phone.clear()
