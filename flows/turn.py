"""One transaction of work: somebody's update, a tick, or a command. What it says is stored with what it did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.messages import Kind, Notice, Outgoing, Priority
from core.people import Person
from flows.deps import Deps
from storage import audit, handing, leases, outbox, people, updates
from storage.database import WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What every update brings, as plain values."""

    update_id: int
    telegram_id: int
    chat_id: int
    sent_at: datetime | None = None  # Telegram's time of a message; a tap has none
    language: str = "en"  # of the person's Telegram; used only for people on no roster
    message_id: int | None = None  # the message with the pressed button, or the message itself
    is_press: bool = False
    thread_id: int | None = None  # the topic of a forum

    @property
    def in_group(self) -> bool:
        """Say whether it comes from a group: a private chat has the id of the person."""
        return self.chat_id != self.telegram_id


@dataclass(slots=True, kw_only=True)
class Turn:
    """The work in hand. Messages are collected and stored at the end of the same transaction."""

    deps: Deps
    session: WriteSession
    now: datetime
    incoming: Incoming | None = None
    person: Person | None = None
    notices: list[Notice] = field(default_factory=list)
    receipt: str | None = None  # of the alert that a press in a group shows in the person's own chat

    def reply(self, kind: Kind, *, anew: bool = False, **params: Any) -> None:
        """Answer the person of this update: in place when they pressed a button, else with a new message."""
        if self.incoming is None:
            raise RuntimeError("there is nobody to reply to")
        # What somebody asks in a group is answered in their own chat.
        in_place = self.incoming.is_press and not anew and not self.incoming.in_group
        edit = self.incoming.message_id if in_place else None
        receipt = self.receipt if kind is Kind.ALERT_UPDATE and not in_place else None
        if self.person is not None and self.person.telegram_id == self.incoming.telegram_id:
            self.notices.append(Notice(kind=kind, person_id=self.person.id, params=params, edit=edit, receipt=receipt))
        else:
            params = {**params, "language": self.incoming.language}
            self.notices.append(Notice(kind=kind, stranger=self.incoming.telegram_id, params=params, edit=edit))

    def tell_group(self, group_id: UUID, kind: Kind, *, receipt: str | None = None, **params: Any) -> None:
        """Send a message to a linked group."""
        self.notices.append(Notice(kind=kind, group_id=group_id, params=params, receipt=receipt))

    def tell(self, person: Person | UUID, kind: Kind, *, edit: int | None = None, **options: Any) -> None:
        """Send a message to somebody. `options` are fields of Notice."""
        person_id = person.id if isinstance(person, Person) else person
        self.notices.append(Notice(kind=kind, person_id=person_id, edit=edit, **options))

    async def log(
        self, action: str, subject: UUID | None = None, *, actor: UUID | str | None = None, **detail: Any
    ) -> None:
        """Add a line to the audit trail."""
        who = actor or (self.person.id if self.person else audit.SYSTEM)
        await audit.write(self.session, self.now, who, action, subject, **detail)


@asynccontextmanager
async def working(deps: Deps, *, now: datetime | None = None) -> AsyncIterator[Turn]:
    """Open a transaction for a tick or a command."""
    woken_by: Priority | None = None
    async with deps.db.transaction() as session:
        turn = Turn(deps=deps, session=session, now=now or deps.clock())
        yield turn
        held, waiting = await _stored(turn)
        woken_by = min((notice.leaves_with for notice in waiting), default=None)
    # Committed: from here on it may be sent.
    if held and deps.hand_over is not None:
        deps.hand_over(held)
    if woken_by is not None:
        deps.wake(woken_by)


async def _stored(turn: Turn) -> tuple[list[Outgoing], list[Notice]]:
    """Store what is to be said. Return what this process sends at once, and what waits for its place."""
    if turn.deps.hand_over is None or turn.incoming is None:
        await outbox.put(turn.session, turn.notices, turn.now)
        return [], turn.notices
    held, waiting = [], []
    for notice in turn.notices:
        outgoing = await handing.put_held(
            turn.session, notice, owner=turn.deps.instance, now=turn.now, lease=leases.LEASE
        )
        if outgoing is None:
            waiting.append(notice)
        else:
            held.append(outgoing)
    await outbox.put(turn.session, waiting, turn.now)
    return held, waiting


@asynccontextmanager
async def taking(deps: Deps, incoming: Incoming) -> AsyncIterator[Turn | None]:
    """Open the one transaction in which an update is handled; None if it was handled before."""
    async with working(deps) as turn:
        if not await updates.take(turn.session, incoming.update_id, turn.now):
            yield None
            return
        turn.incoming = incoming
        turn.person = await people.by_telegram(turn.session, incoming.telegram_id)
        if turn.person is not None and turn.person.unreachable_since is not None and not incoming.in_group:
            # Whoever writes to us can be written to.
            await people.change(turn.session, turn.person.id, unreachable_since=None)
            await turn.log("reachable", turn.person.id)
        yield turn
