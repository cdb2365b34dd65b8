"""The sender: claims messages within the budget, renders and sends them outside any transaction, and settles them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram import Bot

from bot import transport
from bot.buttons import Signer
from bot.screens import (  # noqa: F401 - they register their renderers
    alerts,
    checkins,
    crisis,
    digest,
    editing,
    general,
    hellos,
    joining,
    leaving,
    meetings,
    mine,
    notes,
    oncall,
    pace,
    questions,
    swaps,
    talks,
    team,
    trend,
    visibility,
    visits,
)
from bot.screens.screen import RENDERERS, Screen, View
from bot.texts import Texts
from bot.window import Window
from core.messages import Outgoing, Priority
from flows import delivery
from flows.delivery import Result, Settled
from flows.deps import Deps

log = structlog.get_logger(__name__)

IDLE_SECONDS: Final = 0.5  # how often to look for messages that another process stored
# New messages that wait here for their place among those that leave. No more are claimed: each holds up whatever else
# is for its chat. What is more urgent, and comes later, finds room at once.
AHEAD: Final = 10
URGENT: Final = 2
NEW_AT_ONCE: Final = 40
EDITS_AT_ONCE: Final = 20
AFTER_FAULT_SECONDS: Final = 1.0
HOLD_ON_SECONDS: Final = 3.0  # well within a lease
# So late the place of a message is over: a process that was paused, or had no processor, would send what it holds on
# top of what all others send now. Nobody waits for others to be told of somebody in danger.
MISSED: Final = timedelta(seconds=0.5)
# So late another process may have a message, whatever it is.
TAKEN_OVER: Final = timedelta(seconds=5)


def render(deps: Deps, signer: Signer, outgoing: Outgoing) -> Screen:
    """Return the screen of a message, in the language and zone of its reader."""
    texts = Texts(outgoing.language, outgoing.timezone)
    view = View(outgoing=outgoing, texts=texts, program=deps.program, signer=signer, now=deps.clock())
    return RENDERERS[outgoing.kind](view)


def _can_wait(outgoing: Outgoing) -> bool:
    """Say whether a message that is late waits for another place: an edit needs none, an alert leaves at once."""
    return outgoing.edit is None and outgoing.priority > Priority.ALERT


class Sender:
    """One per process. All replicas share the budget through the database."""

    def __init__(self, deps: Deps, bot: Bot, signer: Signer) -> None:
        """Prepare; `run` does the work."""
        self._deps = deps
        self._bot = bot
        self._signer = signer
        self._woken = asyncio.Event()
        self._settled: list[Settled] = []
        self._settling = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        # Numbers of messages: new ones that wait for their place, all new ones, and edits, until their call has ended.
        self._queued, self._new, self._edits = set[int](), set[int](), set[int]()
        self._is_urgent = False
        self._held: dict[int, int] = {}  # messages in hand, from the claim until they are settled, with the attempt
        self._stopping = False
        self._ended = False
        self._waits = True  # something may wait for what is under way, such as a second message to one chat
        self._window = Window()

    def wake(self, priority: Priority) -> None:
        """Say that messages were stored, the most urgent with this priority."""
        self._is_urgent = self._is_urgent or priority <= Priority.ALERT
        self._woken.set()

    def hand_over(self, messages: Sequence[Outgoing]) -> None:
        """Take messages that were stored as being sent by this process, and send them now."""
        if self._ended:
            return  # their leases run out, and the next process repeats them
        self._begin(messages)

    def _begin(self, messages: Sequence[Outgoing]) -> None:
        self._held.update((outgoing.id, outgoing.attempts) for outgoing in messages)
        for outgoing in messages:
            for these in (self._queued, self._new) if outgoing.edit is None else (self._edits,):
                these.add(outgoing.id)
            task = asyncio.create_task(self._send(outgoing))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def run(self) -> None:
        """Send until `stop`. A fault is logged and work goes on."""
        settler = asyncio.create_task(self._settle_forever(), name="settler")
        holder = asyncio.create_task(self._hold_on(), name="holder")
        try:
            while not self._stopping:
                try:
                    claimed = await self._round()
                except Exception as error:
                    kind, info = type(error).__name__, delivery.traceback_of(error)
                    log.error("sender failed", action="sender_failed", error=kind, exc_info=info)  # noqa: TRY400
                    await asyncio.sleep(AFTER_FAULT_SECONDS)
                    continue
                if not claimed:
                    await self._rest()
        finally:
            while self._under_way:
                await asyncio.gather(*self._under_way, return_exceptions=True)
            self._ended = True
            settler.cancel()
            await asyncio.gather(settler, return_exceptions=True)
            await self._settle()
            holder.cancel()
            await asyncio.gather(holder, return_exceptions=True)

    def stop(self) -> None:
        """Take nothing more; what is under way is finished and settled."""
        self._stopping = True
        self._woken.set()

    async def _round(self) -> int:
        self._woken.clear()
        new = min(AHEAD - len(self._queued), NEW_AT_ONCE - len(self._new))
        if self._is_urgent:
            new, self._is_urgent = max(new, URGENT), False
        # Room of their own: in a wave of new messages somebody who taps would else wait as long as the wave takes.
        edits = EDITS_AT_ONCE - len(self._edits)
        self._waits = await delivery.anything_due(self._deps)
        if not self._waits or max(new, edits) <= 0:
            return 0
        claimed = await delivery.claim(self._deps, limit=max(new, 0), edits=max(edits, 0))
        self._begin(claimed)
        return len(claimed)

    async def _rest(self) -> None:
        # While something is paced the next place is at most a few hundredths of a second away.
        seconds = 0.03 if self._under_way else IDLE_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _send(self, outgoing: Outgoing) -> None:
        await self._sleep_until(outgoing.send_at)
        if self._is_late(outgoing) and not await self._has_place(outgoing):
            return
        try:
            screen = render(self._deps, self._signer, outgoing)
        except Exception:
            # A message that we cannot even write is a fault of ours: it must be seen, and hold up nobody.
            log.exception("message not rendered", action="render_failed", message=outgoing.id, kind=outgoing.kind.value)
            settled = Settled(outgoing=outgoing, result=Result.REFUSED, error="not rendered")
        else:
            settled = await self._called(outgoing, screen)
        self._is_done(outgoing)
        self._log(settled)
        self._settled.append(settled)
        self._settling.set()

    async def _sleep_until(self, instant: datetime) -> None:
        wait = (instant - self._deps.clock()).total_seconds()
        if wait > 0:
            await asyncio.sleep(wait)

    def _is_late(self, outgoing: Outgoing) -> bool:
        """Say whether to ask first. What sends alone need not: its window sees all that leaves."""
        if delivery.is_alone(self._deps):
            return False
        return self._deps.clock() - outgoing.send_at > (MISSED if _can_wait(outgoing) else TAKEN_OVER)

    async def _has_place(self, outgoing: Outgoing) -> bool:
        """Wait for another place. False: this process was away for so long that another one has the message."""
        try:
            place = await delivery.place_again(self._deps, outgoing)
        except Exception as error:
            # Sent too close to others it is worth more than not sent.
            log.warning("no other place", action="place_failed", error=type(error).__name__)
            return True
        if place is not None:
            if _can_wait(outgoing):
                await self._sleep_until(place)
            return True
        self._is_done(outgoing)
        if self._held.get(outgoing.id) == outgoing.attempts:
            del self._held[outgoing.id]
        log.warning("message taken over", action="message_taken_over", message=outgoing.id, kind=outgoing.kind.value)
        return False

    def _is_done(self, outgoing: Outgoing) -> None:
        for these in (self._queued, self._new, self._edits):
            these.discard(outgoing.id)

    async def _call(self, outgoing: Outgoing, screen: Screen) -> Settled:
        if outgoing.edit is not None:  # Telegram does not count these
            return await transport.send(self._bot, outgoing, screen)
        # In the order in which they were claimed, but nobody waits for others to be told that somebody is in danger.
        async with self._window.place(min(outgoing.priority, Priority.REPLY)):
            self._queued.discard(outgoing.id)
            if len(self._queued) == AHEAD // 2:
                self._woken.set()
            return await transport.send(self._bot, outgoing, screen)

    async def _called(self, outgoing: Outgoing, screen: Screen) -> Settled:
        """Make the call. Nobody knows what became of one that failed in a way that was not foreseen."""
        try:
            return await self._call(outgoing, screen)
        except Exception as error:
            # Unsettled, it would be held for ever, and with it everything else that is for this chat.
            log.exception("call failed", action="call_failed", message=outgoing.id, kind=outgoing.kind.value)
            retry_in = transport.backoff(outgoing)
            return Settled(outgoing=outgoing, result=Result.UNSURE, retry_in=retry_in, error=type(error).__name__)

    def _log(self, settled: Settled) -> None:
        outgoing = settled.outgoing
        self._deps.meter.tally("keepwell_messages_total", outgoing.kind.value, settled.result.value)
        facts = {"message": outgoing.id, "kind": outgoing.kind.value, "attempt": outgoing.attempts}
        match settled.result:
            case Result.SENT:
                log.debug("message sent", action="message_sent", **facts)
            case Result.REFUSED:
                log.error("message refused", action="message_refused", why=settled.error, **facts)
            case result:
                retry = (settled.retry_in or timedelta()).total_seconds()
                log.warning("message not sent", action=f"message_{result.value}", retry_in=retry, **facts)

    async def _settle_forever(self) -> None:
        while True:
            await self._settling.wait()
            try:
                await self._settle()
            except Exception as error:
                kind, info = type(error).__name__, delivery.traceback_of(error)
                log.error("settling failed", action="settling_failed", error=kind, exc_info=info)  # noqa: TRY400
                await asyncio.sleep(AFTER_FAULT_SECONDS)

    async def _hold_on(self) -> None:
        """Renew the leases of what is in hand, so that nobody else takes it for abandoned."""
        while True:
            await asyncio.sleep(HOLD_ON_SECONDS)
            if not self._held:
                continue
            try:
                await delivery.hold_on(self._deps, tuple(self._held))
            except Exception as error:
                log.warning("leases not renewed", action="hold_on_failed", error=type(error).__name__)

    async def _settle(self) -> None:
        """Store all results that have come in, in one transaction. They are kept until that worked."""
        self._settling.clear()
        batch: Sequence[Settled] = tuple(self._settled)
        if not batch:
            return
        try:
            failed = await delivery.settle(self._deps, batch)
        except Exception:
            self._settling.set()
            raise
        for settled in failed:
            log.error("message not settled", action="settle_refused", message=settled.outgoing.id)
        del self._settled[: len(batch)]
        for settled in batch:
            # It may have been claimed again already.
            if self._held.get(settled.outgoing.id) == settled.outgoing.attempts:
                del self._held[settled.outgoing.id]
        if self._waits:
            self._woken.set()
