"""From an invite link to taking part, and all the ways in which it is refused."""

import asyncio
from datetime import time, timedelta

import pytest

from core.consent import CONSENT_PAGES, still_holds
from core.messages import Kind
from flows import joining, leaving
from flows.deps import Deps
from storage import schedules
from tests.conftest import MovableClock
from tests.flows.world import ANN, DANA, ROSA, SAM, World


@pytest.fixture
async def door(deps: Deps, clock: MovableClock) -> World:
    """Everybody has a link, and nobody has joined."""
    return await World.build(deps, clock)


async def start(world: World, name: str, payload: str = "", **values: object) -> Kind:
    await joining.start(world.deps, world.message(name, **values), payload)
    await world.deliver()
    return world.phone[-1].kind


def refusal(world: World) -> str:
    assert world.phone[-1].kind is Kind.REFUSAL
    return str(world.phone[-1].params["reason"])


async def test_a_mentor_joins_reads_agrees_and_is_asked_when_and_where(door: World) -> None:
    assert await start(door, SAM, door.tokens[SAM]) is Kind.CONSENT
    assert door.on(SAM)[-1].params == {"page": 1, "name": "Sam", "again": False}
    assert not (await door.person(SAM)).takes_part
    for page in (2, CONSENT_PAGES, CONSENT_PAGES + 5, 0):
        await joining.show_consent(door.deps, door.press(SAM), page)
    await joining.agree(door.deps, door.press(SAM))
    await joining.choose_zone(door.deps, door.press(SAM), "america/denver", joining=True)
    await joining.choose_time(door.deps, door.press(SAM), time(12), joining=True)
    await door.deliver()
    sam = await door.person(SAM)
    assert (sam.takes_part, sam.timezone, sam.consent_version) == (True, "America/Denver", "1.1.en.")
    assert door.on(SAM)[-1].kind is Kind.READY
    assert [line.action for line in await door.audit("joined", "consented", "zone_chosen", "time_chosen")] == [
        "joined",
        "consented",
        "zone_chosen",
        "time_chosen",
    ]


@pytest.mark.parametrize("name", [ANN, DANA])
async def test_staff_join_without_a_consent(door: World, name: str) -> None:
    assert await start(door, name, door.tokens[name]) is Kind.STAFF_WELCOME
    for act in (joining.agree, joining.decline):
        await act(door.deps, door.press(name))
    await joining.show_consent(door.deps, door.press(name), 2)
    await door.deliver()
    assert door.kinds(name) == [Kind.STAFF_WELCOME]
    assert (await door.person(name)).consented_at is None


@pytest.mark.parametrize("payload", ["", "nonsense", "x" * 500])
async def test_a_stranger_without_a_link_learns_nothing(door: World, payload: str) -> None:
    await start(door, "a stranger", payload, telegram_id=9_999, chat_id=9_999, language="es")
    assert refusal(door) == ("stranger" if not payload else "invite_unknown")
    assert door.phone[-1].params["language"] == "es"
    assert not any(name in str(door.phone[-1].params) for name in (SAM, ANN))


async def test_whoever_guesses_links_must_wait_and_nobody_else(door: World, clock: MovableClock) -> None:
    for number in range(joining.WRONG_LINKS):
        await start(door, "a stranger", f"guess{number}")
        assert refusal(door) == "invite_unknown"
    await start(door, "a stranger", door.tokens[SAM])  # right, but too late: what was guessed is not even looked up
    assert refusal(door) == "invite_wait"
    await start(door, ANN, door.tokens[ANN])
    assert door.kinds(ANN) == [Kind.STAFF_WELCOME]
    clock.forward(hours=1)
    await start(door, "a stranger", door.tokens[SAM])
    assert door.phone[-1].kind is Kind.CONSENT


async def test_a_link_works_once(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await start(door, "a stranger", door.tokens[SAM])
    assert refusal(door) == "invite_used"
    assert (await door.person(SAM)).telegram_id == door.chats[SAM]


async def test_a_link_that_two_press_at_once_lets_one_in(door: World) -> None:
    door.chats["Eve"] = 6_666
    await asyncio.gather(
        *(joining.start(door.deps, door.message(name), door.tokens[SAM]) for name in (SAM, "Eve", SAM, "Eve"))
    )
    await door.deliver()
    winner = (await door.person(SAM)).telegram_id
    assert winner in (door.chats[SAM], door.chats["Eve"])
    assert len(await door.audit("joined")) == 1
    loser = "Eve" if winner == door.chats[SAM] else SAM
    assert {one.kind for one in door.phone if one.name == loser} == {Kind.REFUSAL}


async def test_the_second_tap_on_ones_own_link_is_a_welcome(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    assert await start(door, SAM, door.tokens[SAM]) is Kind.CONSENT
    assert len(await door.audit("joined")) == 1


async def test_a_link_expires(door: World) -> None:
    door.clock.now += door.deps.program.invites_valid_for
    await start(door, SAM, door.tokens[SAM])
    assert refusal(door) == "invite_expired"
    assert (await door.person(SAM)).telegram_id is None


async def test_a_link_holds_until_its_last_moment(door: World) -> None:
    door.clock.now += door.deps.program.invites_valid_for - timedelta(seconds=1)
    assert await start(door, SAM, door.tokens[SAM]) is Kind.CONSENT


async def test_somebody_elses_link_does_not_turn_one_into_them(door: World) -> None:
    await start(door, ROSA, door.tokens[ROSA])
    await start(door, ROSA, door.tokens[ANN])
    assert refusal(door) == "already_joined"
    assert (await door.person(ANN)).telegram_id is None
    assert await start(door, ANN, door.tokens[ANN]) is Kind.STAFF_WELCOME  # it still works for Ann


async def test_an_unknown_link_is_no_obstacle_to_those_who_joined(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    assert await start(door, SAM, "nonsense") is Kind.CONSENT
    assert await start(door, SAM) is Kind.CONSENT


async def test_agreeing_twice_is_agreeing_once(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.agree(door.deps, door.press(SAM))
    first = (await door.person(SAM)).consented_at
    door.clock.forward(days=1)
    await joining.agree(door.deps, door.press(SAM))
    assert (await door.person(SAM)).consented_at == first
    assert len(await door.audit("consented")) == 1
    assert await start(door, SAM) is Kind.HELP


async def test_a_consent_whose_meaning_changed_is_asked_again(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.agree(door.deps, door.press(SAM))
    await door.change(SAM, consent_version="0")
    assert await start(door, SAM) is Kind.CONSENT
    await joining.agree(door.deps, door.press(SAM))
    assert still_holds((await door.person(SAM)).consent_version, 1)


async def test_who_declines_is_not_asked_and_may_think_again(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.decline(door.deps, door.press(SAM))
    sam = await door.person(SAM)
    assert sam.declined_at is not None
    assert not sam.takes_part
    async with door.deps.db.reading() as session:
        assert await schedules.of_person(session, sam.id) == {}
    await joining.agree(door.deps, door.press(SAM))
    assert (await door.person(SAM)).takes_part
    assert (await door.person(SAM)).declined_at is None


async def test_an_old_decline_button_takes_nothing_back(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.agree(door.deps, door.press(SAM))
    await joining.decline(door.deps, door.press(SAM))
    assert (await door.person(SAM)).takes_part
    await door.deliver()
    assert door.on(SAM)[-1].kind is Kind.HELP


async def test_an_old_agree_button_brings_nobody_back(world: World) -> None:
    await leaving.leave(world.deps, world.press(SAM))
    await joining.agree(world.deps, world.press(SAM))
    assert (await world.person(SAM)).left_at is not None


async def test_time_and_zone_need_a_mentor_who_takes_part(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.choose_time(door.deps, door.press(SAM), time(12), joining=True)
    await joining.choose_zone(door.deps, door.press("a stranger"), "Europe/Madrid", joining=True)
    await door.deliver()
    assert door.kinds(SAM) == [Kind.CONSENT]
    with pytest.raises(ValueError, match="unknown time zone"):
        await joining.choose_zone(door.deps, door.press(SAM), "Mars/Olympus", joining=False)


async def test_the_language_is_changed_and_shown_at_once(door: World) -> None:
    await start(door, SAM, door.tokens[SAM])
    await joining.choose_language(door.deps, door.press(SAM), "es", back_to="consent")
    await joining.choose_language(door.deps, door.press(SAM), "xx", back_to="")
    await door.deliver()
    assert (await door.person(SAM)).language == "es"
    assert (door.on(SAM)[-1].kind, door.on(SAM)[-1].outgoing.language) == (Kind.CONSENT, "es")
    await joining.choose_language(door.deps, door.press(SAM), "en", back_to="")
    await door.deliver()
    assert door.on(SAM)[-1].kind is Kind.ASK_LANGUAGE
    assert len(await door.audit("language_chosen")) == 2


async def test_each_update_counts_once(door: World) -> None:
    message = door.message(SAM)
    for _ in range(3):
        await joining.start(door.deps, message, door.tokens[SAM])
    await door.deliver()
    press = door.press(SAM)
    for _ in range(2):
        await joining.agree(door.deps, press)
        await joining.decline(door.deps, press)
        await joining.show_consent(door.deps, press, 2)
        await joining.choose_language(door.deps, press, "es", back_to="")
        await joining.choose_zone(door.deps, press, "Europe/Madrid", joining=False)
        await joining.choose_time(door.deps, press, time(8), joining=False)
    await door.deliver()
    assert door.kinds(SAM) == [Kind.CONSENT, Kind.ASK_ZONE]
    assert (await door.person(SAM)).language == "en"
