"""A shift changes hands in the chat: somebody offers it, somebody takes it, and both are told. Until then it stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from core import rota
from core.messages import Kind, Priority
from core.people import Person, Role
from core.rota import Shift
from flows import duty
from flows.deps import Deps
from flows.team import staff
from flows.turn import Incoming, Turn, taking
from flows.waking import waking
from storage import duty as stored
from storage import people
from storage.duty import Offer

AHEAD: Final = timedelta(days=28)
SHOWN: Final = 8


async def own_shifts(turn: Turn, reader: Person, everybody: Sequence[Person]) -> list[Shift]:
    """Return the shifts of somebody in the next four weeks that are not over."""
    found = await duty.planned(turn.session, turn.deps.program, everybody, turn.now, turn.now + AHEAD)
    return [shift for shift in found if rota.same_name(shift.person, reader.name) and shift.end > turn.now]


async def choose(deps: Deps, incoming: Incoming) -> None:
    """Show the shifts that somebody can give away."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        own = await own_shifts(turn, reader, await people.everyone(turn.session))
        waiting = {(one.team, one.end) for one in await stored.offers(turn.session, turn.now)}
        shifts = [_said(shift) for shift in own if (shift.team, shift.end) not in waiting]
        turn.reply(Kind.SWAP, view="choose", shifts=shifts[:SHOWN])


def _said(shift: Shift | Offer) -> dict[str, Any]:
    return {"from": shift.start.isoformat(), "until": shift.end.isoformat(), "team": shift.team or ""}


async def offer(deps: Deps, incoming: Incoming, ends: int) -> None:
    """Offer the shift of the reader's that ends at that Unix time, to everybody who could take it."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        everybody = await people.everyone(turn.session)
        end = datetime.fromtimestamp(ends, UTC)
        shift = next((one for one in await own_shifts(turn, reader, everybody) if one.end == end), None)
        if shift is None:
            turn.reply(Kind.SWAP, view="gone")
            return
        start = max(shift.start, turn.now)
        made = await stored.offer(
            turn.session, giver_id=reader.id, team=shift.team, start=start, end=shift.end, now=turn.now
        )
        await turn.log("shift_offered", actor=reader.id, offer=made.id.hex)
        asked = [person for person in everybody if could_take(turn, person, made)]
        for person in asked:
            # A shift that begins soon cannot wait for the morning.
            wait = waking(turn, person)
            turn.tell(
                person,
                Kind.SWAP,
                params={"view": "asked", "offer": made.id.hex, "by": reader.name, **_said(made)},
                priority=Priority.REPLY if wait >= made.start else Priority.CHECKIN,
                not_before=None if wait >= made.start else wait,
                dedup_key=f"swap:{made.id.hex}:{person.id.hex}",
            )
        turn.reply(Kind.SWAP, view="offered", offer=made.id.hex, asked=[p.name for p in asked], **_said(made))


def could_take(turn: Turn, person: Person, made: Offer) -> bool:
    """Say whether somebody can be asked to take a shift: staff of its team, or of none, who is there at that time."""
    if person.role is Role.MENTOR or person.id == made.giver_id or not person.can_receive:
        return False
    if person.is_away(max(made.start, turn.now)):
        return False
    return made.team is None or person.team_id is None or rota.same_name(person.team, made.team)


async def open_for(turn: Turn, reader: Person, everybody: Sequence[Person]) -> list[dict[str, Any]]:
    """Return the offers that somebody could take, as the screen needs them."""
    names = {person.id: person.name for person in everybody}
    found = [one for one in await stored.offers(turn.session, turn.now) if could_take(turn, reader, one)]
    return [{"offer": one.id.hex, "by": names[one.giver_id], **_said(one)} for one in found]


async def take(deps: Deps, incoming: Incoming, offer_id: UUID) -> None:
    """Take a shift that is offered. Of two who press at once, one has it; both people are told."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        made = await stored.find(turn.session, offer_id)
        if made is None or (made.state == stored.OFFERED and not could_take(turn, reader, made)):
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        giver = await people.get(turn.session, made.giver_id)
        if await stored.settle(turn.session, made.id, stored.TAKEN, reader.id, turn.now):
            await turn.log("shift_taken", giver.id, offer=made.id.hex)
            turn.tell(giver, Kind.SWAP, params={"view": "given", "by": reader.name, **_said(made)})
            turn.reply(Kind.SWAP, view="taken", by=giver.name, **_said(made))
            return
        now = await stored.find(turn.session, offer_id) or made
        mine = now.taker_id == reader.id
        taker = await people.get(turn.session, now.taker_id) if now.taker_id and not mine else None
        view = "taken" if mine else "too_late"
        turn.reply(Kind.SWAP, view=view, by=giver.name, taker=taker.name if taker else None, **_said(now))


async def withdraw(deps: Deps, incoming: Incoming, offer_id: UUID) -> None:
    """Take an offer back, if nobody was quicker."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        made = await stored.find(turn.session, offer_id)
        if made is None or made.giver_id != reader.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        if await stored.settle(turn.session, made.id, stored.WITHDRAWN, None, turn.now):
            await turn.log("shift_kept", actor=reader.id, offer=made.id.hex)
        now = await stored.find(turn.session, offer_id) or made
        taker = await people.get(turn.session, now.taker_id) if now.taker_id else None
        view = "given" if taker else "kept"
        turn.reply(Kind.SWAP, view=view, by=taker.name if taker else None, **_said(now))
