"""Two replicas on one database: what two people do at the same moment happens once."""

import asyncio
from dataclasses import replace

import pytest

from core.alerts import Alert, AlertState, Outcome
from core.messages import Kind
from flows import responding
from flows.deps import Deps
from storage.database import Database
from tests.flows.world import ANN, BEN, SAM, World


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="session")
async def test_of_two_who_press_within_a_millisecond_on_two_replicas_one_has_it_and_the_other_reads_who(
    world: World, deps: Deps
) -> None:
    other = Database(world.deps.db.url.render_as_string(hide_password=False), world.deps.db.vault)
    replicas = (world.deps, replace(world.deps, db=other, instance="other"))
    owners = set()

    async def presses(deps: Deps, name: str, alert: Alert, after: float) -> None:
        await asyncio.sleep(after)
        await responding.acknowledge(deps, world.press(name, world.copy(name, alert)), alert.id)

    for round_ in range(15):
        alert = await world.calls()
        world.phone.clear()
        lead = (round_ % 5 - 2) / 4_000  # half a millisecond before the other, or after
        await asyncio.gather(
            presses(replicas[0], ANN, alert, max(lead, 0)), presses(replicas[1], BEN, alert, max(-lead, 0))
        )
        await world.deliver()
        taken = await world.alert(alert)
        owner, late = (ANN, BEN) if taken.acknowledged_by == (await world.person(ANN)).id else (BEN, ANN)
        owners.add(owner)
        assert taken.state is AlertState.ACKNOWLEDGED
        assert [one.params["by"] for one in world.on(SAM) if one.params.get("status") == "taken"] == [owner]
        assert {one.params["by"] for name in (ANN, BEN) for one in world.on(name, Kind.ALERT_UPDATE)} == {owner}
        assert [what["by"] for what in world.on(late, Kind.ALERT_UPDATE)[-1].params["since"]] == [owner]
        await responding.resolve(world.deps, world.press(ANN, 1), alert.id, Outcome.TALKED)
    await other.close()
    assert owners == {ANN, BEN}
    assert len(await world.audit("alert_acknowledged")) == 15
