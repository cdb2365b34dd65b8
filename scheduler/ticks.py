"""The ticks. All replicas tick; for each thing that is due, the flows let one of them win."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

import structlog

from flows import auditing, chasing, delivery, digest, erasing, following, noting, oncall, scheduling, upkeep, visiting
from flows.deps import Deps

log = structlog.get_logger(__name__)

BATCH: Final = 200
# So many batches at most before the next look at the clock, where everybody of a time zone is asked at once.
BATCHES: Final = 5
# Handled in one transaction: each waits for the disk once. Whoever taps meanwhile waits for it to end, so it is short.
TOGETHER: Final = 4
# What could not be handled is tried again after this, so that it does not lead every queue.
PENALTY: Final = timedelta(minutes=1)
ALERT_PENALTY: Final = timedelta(seconds=10)

T = TypeVar("T")


async def _each(
    deps: Deps,
    what: str,
    things: list[T],
    act: Callable[[T], Awaitable[None]],
    failed: Callable[[T], Awaitable[None]],
) -> None:
    for thing in things:
        try:
            await act(thing)
        except Exception as error:
            try:
                await failed(thing)
                await auditing.note_failure(deps, what, type(error).__name__)
            except Exception as another:
                if delivery.is_away(error) and delivery.is_away(another):
                    raise  # it is not this one: nothing can be handled now, and the ticker says so
                log.exception("postponing failed", action="postpone_failed")
            kind, info = type(error).__name__, delivery.traceback_of(error)
            log.error("tick failed", action="tick_failed", what=what, error=kind, exc_info=info)  # noqa: TRY400


async def _together(
    deps: Deps,
    what: str,
    things: list[T],
    act: Callable[[Sequence[T]], Awaitable[None]],
    failed: Callable[[T], Awaitable[None]],
) -> None:
    """Handle several things in each transaction; where one of them spoils it, each by itself."""
    for begin in range(0, len(things), TOGETHER):
        group = things[begin : begin + TOGETHER]
        try:
            await act(group)
        except Exception:
            await _each(deps, what, group, lambda thing: act([thing]), failed)


async def alert_tick(deps: Deps) -> int:
    """Take every step of an alert that is due. Return how many were due."""
    now = deps.clock()
    due = await chasing.due(deps, now=now, limit=BATCH)

    async def step(alert_id: UUID) -> None:
        taken = await chasing.take_step(deps, alert_id, now=deps.clock())
        if taken.moved:
            log.info(
                "alert moved",
                action="alert_moved",
                alert=alert_id.hex,
                told=taken.told,
                skipped=taken.skipped,
                lapsed=taken.lapsed,
            )
        if taken.chain_ended:
            log.error("nobody answered an alert", action="chain_ended", alert=alert_id.hex)

    async def put_off(alert_id: UUID) -> None:
        await chasing.put_off(deps, alert_id, until=deps.clock() + ALERT_PENALTY)

    await _each(deps, "alerts", due, step, put_off)
    return len(due)


async def checkin_tick(deps: Deps) -> int:
    """Open every check-in that is due. Return how many were due."""

    async def take(schedules: Sequence[scheduling.Schedule]) -> None:
        taken = await scheduling.take_together(deps, schedules, now=deps.clock())
        for schedule, one in zip(schedules, taken, strict=True):
            log.info("check-in due", action=f"checkin_{one.action}", schedule=schedule.id.hex, checkin=one.checkin)

    async def put_off(schedule: scheduling.Schedule) -> None:
        await scheduling.put_off(deps, schedule, deps.clock() + PENALTY)

    count = 0
    for _ in range(BATCHES):
        due = await scheduling.due(deps, now=deps.clock(), limit=BATCH)
        await _together(deps, "check-ins", due, take, put_off)
        count += len(due)
        if len(due) < BATCH:
            break
    return count


async def upkeep_tick(deps: Deps) -> int:
    """Remind of check-ins and close those whose time is over. Return how many were due."""
    due = await upkeep.due_checkins(deps, now=deps.clock(), limit=BATCH)

    async def act(ids: Sequence[UUID]) -> None:
        done = await upkeep.look_after_together(deps, ids, now=deps.clock())
        for checkin_id, one in zip(ids, done, strict=True):
            log.info("check-in looked after", action=f"checkin_{one}", checkin=checkin_id.hex)

    async def put_off(checkin_id: UUID) -> None:
        await upkeep.put_off(deps, checkin_id, until=deps.clock() + PENALTY)

    await _together(deps, "reminders", due, act, put_off)
    return len(due)


async def note_tick(deps: Deps) -> int:
    """Let the time of unanswered notes pass. Return how many were due."""
    due = await noting.due(deps, now=deps.clock(), limit=BATCH)

    async def act(note_id: UUID) -> None:
        if await noting.time_passed(deps, note_id, now=deps.clock()):
            log.warning("note unanswered", action="note_unanswered", note=note_id.hex)

    async def put_off(note_id: UUID) -> None:
        await noting.put_off(deps, note_id, until=deps.clock() + ALERT_PENALTY)

    await _each(deps, "notes", due, act, put_off)
    return len(due)


async def visit_tick(deps: Deps) -> int:
    """Ask mentors on a home visit whether they are out, or call people. Return how many were due."""
    due = await visiting.due(deps, now=deps.clock(), limit=BATCH)

    async def act(visit_id: UUID) -> None:
        done = await visiting.take(deps, visit_id, now=deps.clock())
        log.info("visit looked after", action=f"visit_{done}", visit=visit_id.hex)

    async def put_off(visit_id: UUID) -> None:
        await visiting.put_off(deps, visit_id, until=deps.clock() + ALERT_PENALTY)

    await _each(deps, "visits", due, act, put_off)
    return len(due)


async def follow_up_tick(deps: Deps) -> int:
    """Ask mentors whether it helped. Return how many were due."""
    due = await following.due(deps, now=deps.clock(), limit=BATCH)

    async def act(alert_id: UUID) -> None:
        done = await following.take(deps, alert_id, now=deps.clock())
        log.info("alert followed up", action=f"follow_up_{done}", alert=alert_id.hex)

    async def put_off(alert_id: UUID) -> None:
        await following.put_off(deps, alert_id, until=deps.clock() + PENALTY)

    await _each(deps, "follow-ups", due, act, put_off)
    return len(due)


async def digest_tick(deps: Deps) -> int:
    """Decide the weekly digests that are due. Return how many were due."""
    due = await digest.due(deps, now=deps.clock())

    async def take(one: digest.Due) -> None:
        done = await digest.take(deps, one, now=deps.clock())
        log.info("digest decided", action=f"digest_{done}", person=one.person_id.hex, week=one.week)

    async def again(one: digest.Due) -> None:
        log.warning("digest put off", action="digest_put_off", person=one.person_id.hex)

    await _each(deps, "digests", due, take, again)
    return len(due)


async def rota_tick(deps: Deps) -> int:
    """Tell leads when nobody is on call in the days to come. Return how many have such days."""
    return await oncall.warn_leads(deps, now=deps.clock())


async def recovery_tick(deps: Deps) -> int:
    """Decide about messages whose sender is gone. Return how many there were."""
    found = await delivery.recover(deps, alone=False)
    if found:
        log.warning("messages recovered", action="messages_recovered", count=found)
    return found


async def audit_tick(deps: Deps) -> int:
    """Mend what stands still. Return how much it was."""
    mended = await auditing.mend(deps, now=deps.clock())
    if mended.alerts:
        log.error("alerts had no next step in time", action="alerts_mended", count=mended.alerts)
    if mended.plans:
        log.warning("people would never have been asked", action="plans_mended", count=mended.plans)
    return mended.alerts + mended.plans


async def daily_tick(deps: Deps) -> int:
    """Forget what is no longer needed. Return how many rows went."""
    now = deps.clock()
    gone = await upkeep.forget_updates(deps, now=now) + await upkeep.forget_old_data(deps, now=now)
    if erased := await erasing.erase_left(deps, now=now):
        log.info("people who left erased", action="left_erased", count=erased)
    log.info("old data deleted", action="old_data_deleted", rows=gone)
    return gone


async def sign_of_life(deps: Deps) -> int:
    """Note that the service ticks."""
    await upkeep.sign_of_life(deps, now=deps.clock())
    return 1
