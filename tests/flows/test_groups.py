"""A group of a team: alerts come there without a name, and whoever is in charge reads them in their own chat."""

from dataclasses import replace
from datetime import timedelta

from core.alerts import AlertState
from core.messages import Kind, Outgoing
from flows import chasing, delivery, groups, responding, talking
from flows.delivery import Result, Settled
from flows.turn import Incoming
from program.load import parse_program
from storage import outbox
from storage.outbox import Budget
from storage.tables_people import GroupRow
from tests.flows.world import ANN, CAL, DANA, SAM, World

CHAT = -4_000_000_001
TOML = '[[policies]]\nlevel = "crisis"\nacknowledge_within = "5m"\nrepeat = 1\nsteps = ["group", "lead"]\n'


def there(world: World, name: str, **values: object) -> Incoming:
    """Return the update of a message in the group."""
    return replace(world.message(name), chat_id=CHAT, **values)  # type: ignore[arg-type]


async def linked(world: World, team: str = "North") -> World:
    world.deps = replace(world.deps, program=parse_program(TOML, "file"))
    await groups.link(world.deps, there(world, DANA), "North staff", team)
    await arrive(world)
    return world


async def arrive(world: World, result: Result = Result.SENT, new_chat: int | None = None) -> list[Outgoing]:
    """Let messages arrive; those to the group meet a fate of their own."""
    seen: list[Outgoing] = []
    while True:
        async with world.deps.db.transaction() as session:
            budget = Budget(timedelta(microseconds=1), timedelta(seconds=-1), timedelta(seconds=1))
            claimed = await outbox.claim(
                session, owner="test", now=world.clock.now, lease=delivery.LEASE, limit=50, budget=budget
            )
        if not claimed:
            return seen
        for one in claimed:
            seen.append(one)
            fate = result if one.group_id else Result.SENT
            moved = new_chat if fate is Result.MOVED else None
            if fate is Result.MOVED:
                result = Result.SENT
            await delivery.settle(
                world.deps, [Settled(outgoing=one, result=fate, message_id=one.edit or 900 + one.id, new_chat=moved)]
            )


async def test_an_alert_comes_into_the_group_without_a_name_and_is_read_in_ones_own_chat(world: World) -> None:
    await linked(world)
    await world_calls(world)
    messages = await arrive(world)
    (shown,) = [one for one in messages if one.group_id and one.kind is Kind.ALERT]
    assert (shown.chat_id, shown.params["contentless"], shown.params["team"]) == (CHAT, True, "North")
    assert SAM not in str(shown.params)
    assert "reasons" not in shown.params
    assert [one.params["told"] for one in messages if one.kind is Kind.CRISIS] == [["North staff"]]
    (alert,) = await world.alerts(SAM)
    press = there(world, ANN, is_press=True, message_id=900 + shown.id)
    await responding.acknowledge(world.deps, press, alert.id)
    messages = await arrive(world)
    edit = next(one for one in messages if one.group_id)
    assert (edit.edit, edit.params["state"], edit.params["by"]) == (900 + shown.id, "acknowledged", ANN)
    own = next(one for one in messages if one.chat_id == world.chats[ANN])
    assert (own.edit, own.params["mentor"], own.params["by_me"]) == (None, SAM, True)
    assert len(await world.audit("alert_seen")) == 1


async def test_whoever_is_not_in_charge_learns_nothing_in_the_group(world: World) -> None:
    await linked(world)
    await world_calls(world)
    await arrive(world)
    (alert,) = await world.alerts(SAM)
    for name in (CAL, SAM, "a stranger"):
        await responding.acknowledge(world.deps, there(world, name, is_press=True, message_id=5), alert.id)
        (said,) = await arrive(world)
        assert (said.kind, said.params["reason"], said.group_id) == (Kind.REFUSAL, "not_yours", None)
    assert (await world.alert(alert)).state is AlertState.OPEN


async def test_a_group_that_moved_is_found_and_one_that_is_gone_is_passed_over_at_once(world: World) -> None:
    await linked(world)
    await world_calls(world)
    messages = await arrive(world, Result.MOVED, new_chat=-1_000_000_000_005)
    assert [one.chat_id for one in messages if one.group_id] == [CHAT, -1_000_000_000_005]
    (alert,) = await world.alerts(SAM)
    for _ in range(3):  # the lead, the end of the chain, the group again: it has thrown the bot out
        world.clock.forward(minutes=5)
        await chasing.take_step(world.deps, alert.id, now=world.clock.now)
        await arrive(world, Result.UNREACHABLE)
    assert (await world.alert(alert)).next_step_at == world.clock.now
    taken = await chasing.take_step(world.deps, alert.id, now=world.clock.now)
    assert taken.told == 1
    async with world.deps.db.reading() as session:
        rows = (await session.scalars(GroupRow.__table__.select())).all()
    assert len(rows) == 1


async def test_only_a_lead_links_and_an_unknown_team_is_said_so(world: World) -> None:
    await groups.link(world.deps, there(world, ANN), "North staff", "")
    await groups.link(world.deps, there(world, DANA), "North staff", "Nrth")
    await groups.link(world.deps, there(world, "a stranger"), "North staff", "")
    refused, unknown = await arrive(world)
    assert (refused.params, refused.chat_id) == ({"refused": True}, world.chats[ANN])
    assert unknown.params == {"unknown": "Nrth"}
    await groups.link(world.deps, there(world, DANA), "All staff", "")
    first, unused = await arrive(world)
    assert (first.chat_id, first.params) == (CHAT, {"linked": True, "team": None})
    assert unused.params == {"unused": True}
    await groups.unlink(world.deps, there(world, DANA))
    (ended,) = await arrive(world)
    assert ended.params == {"unlinked": True}


async def world_calls(world: World) -> None:
    """/talk of Sam's, without letting anything arrive."""
    await talking.talk(world.deps, world.message(SAM))
