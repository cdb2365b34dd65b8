"""Ways to raise an alert, then to let its chain go on."""

from core.alerts import Alert
from core.levels import Level
from flows import alerting, chasing
from flows.turn import working
from tests.flows.world import SAM, World


async def raised(world: World, level: Level = Level.URGENT, source: str = "checkin:1", *reasons: str) -> list[str]:
    """Raise an alert about Sam as a flow does."""
    sam = await world.person(SAM)
    async with working(world.deps) as turn:
        told = await alerting.raise_alert(
            turn, sam, source=source, level=level, reasons=reasons or ("asks_today",), facts={"times": 3}
        )
    await world.deliver()
    return told


async def step(world: World, alert: Alert, **later: float) -> chasing.StepTaken:
    """Move the clock and let the tick come."""
    world.clock.forward(**later)
    taken = await chasing.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver()
    return taken
