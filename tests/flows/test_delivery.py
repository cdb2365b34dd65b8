"""What comes of sending: retries, doubt, pauses, people who cannot be reached; one fault holds up nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from core.messages import Kind, Outgoing, OutgoingState
from flows import delivery, health, talking, upkeep
from flows.delivery import LEASE, Result, Settled
from flows.deps import Deps
from flows.turn import working
from storage.database import Database
from storage.vault import Vault
from tests.conftest import SECRET
from tests.flows.world import ANN, BEN, ROSA, SAM, World
from tests.storage.helpers import rows

SECOND = timedelta(seconds=1)


async def say(world: World, *names: str, **options: object) -> None:
    """Queue one message to each."""
    async with working(world.deps) as turn:
        for name in names:
            turn.tell(await world.person(name), Kind.HELP, params={"role": "mentor"}, **options)


async def claim(world: World) -> list[Outgoing]:
    return await delivery.claim(world.deps, limit=20)


async def settle(world: World, outgoing: Outgoing, result: Result, **values: object) -> list[Settled]:
    return await delivery.settle(world.deps, [Settled(outgoing=outgoing, result=result, **values)])  # type: ignore[arg-type]


async def state_of(world: World, outgoing: Outgoing) -> OutgoingState:
    return OutgoingState(next(row.state for row in await rows(world.deps.db) if row.id == outgoing.id))


async def test_a_pause_is_kept_for_the_chat_as_long_as_telegram_asks_and_for_the_bot_a_breath(world: World) -> None:
    await say(world, SAM, ROSA)
    first, second = await claim(world)
    wait = timedelta(hours=2)
    await settle(world, first, Result.SLOW_DOWN, retry_in=wait)
    await settle(world, second, Result.SENT, message_id=1)
    await say(world, ROSA)
    assert await claim(world) == []
    world.clock.now += 2 * SECOND
    assert [one.person_id for one in await claim(world)] == [second.person_id]
    world.clock.now += wait - 3 * SECOND
    assert await claim(world) == []
    world.clock.now += 3 * SECOND
    (again,) = await claim(world)
    assert (again.id, again.attempts, again.repeated) == (first.id, 2, False)


@pytest.mark.parametrize("result", [Result.NOT_SENT, Result.UNSURE, Result.SLOW_DOWN])
async def test_without_a_wait_of_its_own_a_message_is_tried_again_after_a_second(world: World, result: Result) -> None:
    await say(world, SAM)
    (first,) = await claim(world)
    await settle(world, first, result)
    world.clock.now += 3 * SECOND
    (again,) = await claim(world)
    assert again.repeated is (result is Result.UNSURE)


async def test_a_screen_whose_message_is_gone_is_shown_anew_and_another_edit_is_given_up(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    shown = world.on(SAM, Kind.CHECKIN)[-1]
    async with working(world.deps) as turn:
        sam = await world.person(SAM)
        turn.tell(sam, Kind.CHECKIN, edit=shown.message_id, params=shown.params)
        turn.tell(sam, Kind.SETTINGS, edit=77, params={})
    gone = []
    for _ in range(2):
        (one,) = await claim(world)
        gone.append(one.kind)
        await settle(world, one, Result.GONE)
    assert sorted(gone) == [Kind.CHECKIN, Kind.SETTINGS]
    world.clock.now += 2 * SECOND
    (anew,) = await claim(world)
    assert (anew.kind, anew.edit) == (Kind.CHECKIN, None)
    assert anew.params["checkin"] == checkin.id.hex


async def test_a_reachable_person_is_not_given_up_for_an_unknown_refusal(world: World) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    await settle(world, one, Result.REFUSED, error="Forbidden: something new")
    assert (await world.person(SAM)).unreachable_since is None
    assert await state_of(world, one) is OutgoingState.DEAD


async def test_who_cannot_be_reached_is_noted_once(world: World) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    await settle(world, one, Result.UNREACHABLE)
    since = (await world.person(SAM)).unreachable_since
    assert since == world.clock.now
    world.clock.now += 5 * SECOND
    await say(world, SAM)
    (two,) = await claim(world)
    await settle(world, two, Result.UNREACHABLE)
    assert (await world.person(SAM)).unreachable_since == since


async def test_a_stranger_who_cannot_be_reached_is_nobody_to_note(world: World) -> None:
    await talking.talk(world.deps, world.message("a stranger"))
    (one,) = await claim(world)
    await settle(world, one, Result.UNREACHABLE)
    assert await state_of(world, one) is OutgoingState.DEAD


async def test_one_result_that_cannot_be_stored_does_not_spoil_the_others(world: World) -> None:
    """Nor is its message sent again and again, each time that its lease is over."""
    await say(world, SAM, ROSA, ANN)
    first, poison, last = await claim(world)
    poison = replace(poison, receipt="notice:not a number")
    results = [Settled(outgoing=one, result=Result.SENT, message_id=5) for one in (first, poison, last)]
    failed = await delivery.settle(world.deps, results)
    assert [one.outgoing.id for one in failed] == [poison.id]
    assert {row.state for row in (await rows(world.deps.db))[-3:]} == {"sent"}


async def test_a_refusal_that_cannot_be_stored_is_given_up(world: World) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    await settle(world, replace(one, receipt="notice:x"), Result.REFUSED)
    assert await state_of(world, one) is OutgoingState.DEAD


async def test_a_database_that_is_away_keeps_all_results_for_later(world: World, deps: Deps) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    gone = Database("postgresql://nobody@127.0.0.1:1/none", Vault([SECRET]))
    with pytest.raises(OperationalError):
        await delivery.settle(replace(deps, db=gone), [Settled(outgoing=one, result=Result.SENT)])
    await gone.close()
    assert await settle(world, one, Result.SENT, message_id=3) == []


async def test_messages_of_a_sender_that_died_are_decided_by_their_kind(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    claimed = await claim(world)
    assert {one.kind for one in claimed} == {Kind.ALERT, Kind.CRISIS}
    assert await delivery.recover(world.deps, alone=False) == 0
    world.clock.now += LEASE + SECOND
    assert await delivery.recover(world.deps, alone=False) == 2
    again = await claim(world)
    assert all(one.repeated for one in again)
    assert {one.kind for one in again} == {Kind.ALERT, Kind.CRISIS}


async def test_the_only_process_takes_up_at_once_what_its_predecessor_left(world: World, deps: Deps) -> None:
    await say(world, SAM)
    await claim(world)
    successor = replace(deps, instance="after a restart")
    assert await delivery.recover(deps, alone=True) == 0
    assert await delivery.recover(successor, alone=True) == 1


async def test_a_sender_that_is_slow_keeps_what_it_holds(world: World) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    world.clock.now += LEASE - SECOND
    assert await delivery.hold_on(world.deps, [one.id]) == 1
    world.clock.now += 2 * SECOND
    assert await delivery.recover(world.deps, alone=False) == 0
    assert await delivery.hold_on(replace(world.deps, instance="other"), [one.id]) == 0


async def test_a_message_that_arrived_late_leaves_its_chat_alone_from_then_on(world: World) -> None:
    await say(world, SAM)
    (late,) = await claim(world)
    world.clock.now += 5 * SECOND
    await settle(world, late, Result.SENT, message_id=1)
    await say(world, SAM)
    assert await claim(world) == []
    world.clock.now += SECOND
    assert len(await claim(world)) == 1


async def test_only_who_still_holds_a_message_gets_another_place_for_it(world: World) -> None:
    await say(world, SAM)
    (one,) = await claim(world)
    world.clock.now += LEASE - SECOND
    assert await delivery.place_again(world.deps, one) == world.clock.now
    world.clock.now += LEASE - SECOND  # the lease began anew
    other = replace(world.deps, instance="other")
    assert await delivery.recover(other, alone=False) == 0
    world.clock.now += 2 * SECOND
    assert await delivery.recover(other, alone=False) == 1
    assert await delivery.place_again(world.deps, one) is None
    (theirs,) = await delivery.claim(other, limit=1)
    assert await delivery.place_again(world.deps, one) is None
    assert await delivery.place_again(other, theirs) is not None


async def test_health_sees_what_does_not_move(world: World) -> None:
    assert "no tick" in (await health.check(world.deps)).problems[0]
    await upkeep.sign_of_life(world.deps, now=world.clock.now)
    assert (await health.check(world.deps)).ok
    await world.calls()
    await say(world, BEN)
    world.clock.now += timedelta(minutes=17)
    await upkeep.sign_of_life(world.deps, now=world.clock.now)
    found = await health.check(world.deps)
    assert any("past their next step" in problem for problem in found.problems)
    assert any("have been waiting for more than ten minutes" in problem for problem in found.problems)
    assert not any(SAM in problem for problem in found.problems)


async def test_anything_due_is_told_without_taking_it(world: World) -> None:
    assert not await delivery.anything_due(world.deps)
    await say(world, SAM)
    assert await delivery.anything_due(world.deps)
    assert len(await claim(world)) == 1
