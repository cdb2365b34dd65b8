"""The same as in core, through the flows and a real database: presses, ticks, kills, people coming and going."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.alerts import AlertState, Outcome
from core.levels import Level
from core.messages import Kind
from flows import alerting, belonging, chasing, delivery, handling, leaving, responding, talking
from flows.delivery import Result
from flows.deps import Deps
from flows.turn import working
from program.load import load_program
from storage import alerts
from storage.database import Database
from storage.vault import Vault
from tests.conftest import SECRET, MovableClock
from tests.flows.world import ANN, BEN, DANA, SAM, World
from tests.shelf import Shelf
from tests.shelf import shelf as shared_database

T = TypeVar("T")
STAFF = (ANN, BEN, DANA)
WHO = st.sampled_from(STAFF)
PROGRAM = load_program(None)


class AlertsOfTheWorld(RuleBasedStateMachine):
    """One mentor who calls, two supervisors and a lead who press, block, leave and come back."""

    stack = ExitStack()
    shelf: ClassVar[Shelf | None] = None

    @initialize()
    def everybody_has_joined(self) -> None:
        self.runner = asyncio.Runner()
        shelf = self.emptied()
        self.database = Database(shelf.address, Vault([SECRET]))
        self.clock = MovableClock()
        deps = Deps(db=self.database, program=PROGRAM, clock=self.clock, wake=lambda _: None, instance="one")
        self.world = self.run_(World.found_joined(deps, self.clock, shelf))
        self.missed: set[str] = set()  # whose messages were refused: their phones may show old texts
        self.asked = 0

    @classmethod
    def emptied(cls) -> Shelf:
        if cls.shelf is None:
            cls.shelf = cls.stack.enter_context(shared_database("sqlite"))
        cls.shelf.put_back()
        return cls.shelf

    def run_(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run_(self.database.close())
            self.runner.close()

    def newest(self) -> Any:
        found = self.run_(self.world.alerts(SAM))
        return found[-1] if found else None

    @rule()
    def the_mentor_calls(self) -> None:
        self.run_(talking.talk(self.world.deps, self.world.message(SAM)))

    @rule(level=st.sampled_from([Level.CONCERN, Level.URGENT]), code=st.sampled_from(["asks_today", "load_very_high"]))
    def the_mentor_answers(self, level: Level, code: str) -> None:
        self.asked += 1

        async def answer() -> None:
            sam = await self.world.person(SAM)
            async with working(self.world.deps) as turn:
                source = f"checkin:{self.asked}"
                await alerting.raise_alert(turn, sam, source=source, level=level, reasons=(code,), facts={})

        self.run_(answer())

    @rule(who=WHO, act=st.sampled_from(["reached", "decline", "snooze", "hand_over"]))
    @precondition(lambda self: self.newest() is not None)
    def somebody_does_something_else(self, who: str, act: str) -> None:
        async def press() -> None:
            id_, incoming = (await self.world.alerts(SAM))[-1].id, self.world.press(who)
            if act == "snooze":
                await handling.snooze(self.world.deps, incoming, id_, "4h")
            elif act == "hand_over":
                to = (await self.world.person(BEN)).id.hex[:12]
                await handling.hand_over(self.world.deps, incoming, id_, to)
            else:
                await getattr(handling, act)(self.world.deps, incoming, id_)

        self.run_(press())

    @rule(after=st.integers(0, 60), step=st.booleans())
    @precondition(lambda self: self.newest() is not None)
    def the_process_dies_in_the_middle(self, after: int, *, step: bool) -> None:
        async def die() -> None:
            id_ = (await self.world.alerts(SAM))[-1].id
            work = (
                chasing.take_step(self.world.deps, id_, now=self.clock.now)
                if step
                else responding.acknowledge(self.world.deps, self.world.press(ANN), id_)
            )
            task = asyncio.ensure_future(work)
            for _ in range(after):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.run_(die())

    @rule()
    def all_messages_arrive_and_every_phone_shows_what_is_true(self) -> None:
        self.run_(self.world.deliver())
        now = {alert.id.hex: alert for alert in self.run_(self.world.alerts(SAM))}
        # A press may come before any alert has arrived: its answer is no message that is kept up to date.
        arrived = {(one.name, one.message_id) for one in self.world.phone if one.kind is Kind.ALERT}
        shown = {
            (one.name, one.message_id): one.params
            for one in self.world.phone
            if (one.name, one.message_id) in arrived
            and one.kind in (Kind.ALERT, Kind.ALERT_UPDATE)
            and one.name not in self.missed
        }
        for params in shown.values():
            alert = now[params["alert"]]
            assert params["state"] == alert.state.value
            assert (params["by"] is not None) == (alert.acknowledged_by is not None)

    @rule(minutes=st.integers(1, 40))
    def time_passes_and_two_replicas_tick(self, minutes: int) -> None:
        now = self.clock.forward(minutes=minutes)

        async def tick() -> None:
            due = await chasing.due(self.world.deps, now=now, limit=50)
            for id_ in due:
                taken = await asyncio.gather(*(chasing.take_step(self.world.deps, id_, now=now) for _ in range(2)))
                assert sum(one.moved for one in taken) <= 1  # what is told with another one moves with that one

        self.run_(tick())

    @rule(fails=st.dictionaries(WHO, st.sampled_from([Result.UNREACHABLE, Result.REFUSED]), max_size=2))
    def messages_arrive_or_not(self, fails: dict[str, Result]) -> None:
        self.missed |= set(fails)
        self.run_(self.world.deliver(fails=fails))

    @rule()
    def the_sender_is_killed_with_messages_in_hand(self) -> None:
        async def kill() -> None:
            await delivery.claim(self.world.deps, limit=20)
            self.clock.now += delivery.LEASE * 2
            await delivery.recover(self.world.deps, alone=False)

        self.run_(kill())

    @rule(who=WHO, again=st.booleans())
    @precondition(lambda self: self.newest() is not None)
    def somebody_acknowledges(self, who: str, again: bool) -> None:
        press = self.world.press(who)
        for _ in range(1 + again):
            self.run_(responding.acknowledge(self.world.deps, press, self.newest().id))

    @rule(who=WHO)
    @precondition(lambda self: self.newest() is not None)
    def somebody_resolves(self, who: str) -> None:
        self.run_(responding.resolve(self.world.deps, self.world.press(who), self.newest().id, Outcome.TALKED))

    @rule()
    @precondition(lambda self: self.newest() is not None)
    def two_press_at_once(self) -> None:
        async def both() -> None:
            id_ = (await self.world.alerts(SAM))[-1].id
            await asyncio.gather(
                *(responding.acknowledge(self.world.deps, self.world.press(who), id_) for who in (ANN, BEN))
            )

        self.run_(both())

    @rule(who=WHO, blocked=st.booleans())
    def somebody_blocks_or_unblocks_the_bot(self, who: str, blocked: bool) -> None:
        self.run_(belonging.unreachable(self.world.deps, self.world.message(who), blocked=blocked))

    @rule(who=WHO, goes=st.booleans())
    def somebody_goes_away_or_comes_back(self, who: str, goes: bool) -> None:
        press = self.world.press(who)
        self.run_(
            belonging.go_away(self.world.deps, press, "3d") if goes else belonging.come_back(self.world.deps, press)
        )

    @rule(who=WHO, leaves=st.booleans())
    def somebody_leaves_or_returns(self, who: str, leaves: bool) -> None:
        act = leaving.leave if leaves else leaving.come_again
        self.run_(act(self.world.deps, self.world.press(who)))

    @invariant()
    def nothing_unresolved_stands_still(self) -> None:
        if not hasattr(self, "world"):
            return

        async def look() -> tuple[int, list[Any]]:
            async with self.world.deps.db.reading() as session:
                return await alerts.stuck(session), await self.world.alerts(SAM)

        stuck, found = self.run_(look())
        assert stuck == 0
        for alert in found:
            policy = alert.policy
            # "I reached them" and "later" hold for a day; a concern waits for working hours, over a weekend at most.
            longest = max(policy.acknowledge_within, policy.acknowledgement_lapses_after, timedelta(hours=24))
            longest += timedelta(days=3) if policy.working_hours else timedelta(0)
            if alert.state is not AlertState.RESOLVED:
                assert alert.next_step_at <= self.clock.now + longest
            assert (alert.acknowledged_by is not None) == (alert.state is not AlertState.OPEN)
        calls = [alert for alert in found if alert.source.startswith("talk")]
        assert sum(alert.state is not AlertState.RESOLVED for alert in calls) <= 1  # one call, one alert

    @invariant()
    def nobody_is_told_a_falsehood(self) -> None:
        """ "Somebody has it" is only said when somebody pressed."""
        if not hasattr(self, "world"):
            return
        said = [one for one in self.world.on(SAM, Kind.MENTOR_STATUS) if one.params["status"] == "taken"]
        pressed = self.run_(self.world.audit("alert_acknowledged", "alert_resolved"))
        assert len(said) <= len(pressed)


@pytest.fixture(autouse=True, scope="module")
def _shelf_removed() -> Iterator[None]:
    yield
    AlertsOfTheWorld.stack.close()


TestAlertsOfTheWorld = AlertsOfTheWorld.TestCase
TestAlertsOfTheWorld.settings = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
