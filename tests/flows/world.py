"""A small program with people who have joined, and a Telegram that takes every message at once."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.alerts import Alert
from core.checkins import Checkin
from core.looks import OF_ONE, SHOWS
from core.messages import Kind, Outgoing
from core.people import Person, Role
from flows import asking, delivery, joining, responding, roster, talking
from flows.asking import Tap
from flows.delivery import Result, Settled
from flows.deps import Deps
from flows.roster import Line
from flows.turn import Incoming
from storage import alerts, checkins, outbox, people
from storage.outbox import Budget
from storage.tables_alerts import AlertRow
from storage.tables_checkins import CheckinRow
from storage.tables_service import AuditRow
from tests.conftest import MovableClock
from tests.shelf import Shelf

ZONE = "America/Chicago"
PEOPLE = (
    Line(2, "Sam Rivera", Role.MENTOR, "North", "en", ZONE, "Ann Lee"),
    Line(3, "Rosa Vega", Role.MENTOR, "South", "es", ZONE, "Cal Diaz"),
    Line(4, "Ann Lee", Role.SUPERVISOR, "North", "en", ZONE, ""),
    Line(5, "Ben Ortiz", Role.SUPERVISOR, "North", "en", ZONE, ""),
    Line(6, "Cal Diaz", Role.SUPERVISOR, "South", "en", ZONE, ""),
    Line(7, "Dana Fox", Role.LEAD, "", "en", ZONE, ""),
)
SAM, ROSA, ANN, BEN, CAL, DANA = (line.name for line in PEOPLE)
# An alert that changes on a phone, and what a mentor answered to whoever has their alert.
SEEN_BEFORE = (Kind.ALERT_UPDATE, Kind.TALK_PLAN)
NO_PACE = Budget(timedelta(microseconds=1), timedelta(seconds=-1), timedelta(seconds=1))
PULSE = ("fuel", "spill", "stories", "switch_off", "reach_out")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message on somebody's phone."""

    name: str
    kind: Kind
    params: dict[str, Any]
    message_id: int
    outgoing: Outgoing


@dataclass(slots=True)
class World:
    """Who takes part, and what arrived on their phones."""

    deps: Deps
    clock: MovableClock
    tokens: dict[str, str]
    chats: dict[str, int]
    phone: list[Delivered] = field(default_factory=list)
    last_update: int = 100
    last_message: int = 500

    @classmethod
    async def build(cls, deps: Deps, clock: MovableClock, lines: Sequence[Line] = PEOPLE) -> "World":
        """Import the roster; nobody has joined yet."""
        report = await roster.import_roster(deps, lines, "roster.csv", links=True, dry_run=False)
        chats = {line.name: 7_000 + line.number for line in lines}
        return cls(deps, clock, {link.name: link.token for link in report.links}, chats)

    @classmethod
    async def joined(cls, deps: Deps, clock: MovableClock, lines: Sequence[Line] = PEOPLE) -> "World":
        """Everybody has joined, and the mentors have agreed."""
        world = await cls.build(deps, clock, lines)
        for line in lines:
            await joining.start(deps, world.message(line.name), world.tokens[line.name])
            if line.role is Role.MENTOR:
                await joining.agree(deps, world.press(line.name))
        await world.deliver()
        world.phone.clear()
        return world

    @classmethod
    async def found_joined(cls, deps: Deps, clock: MovableClock, shelf: Shelf) -> "World":
        """As `joined`, on the database of the shelf; only the first in a process takes the time to join."""
        try:
            tokens, chats, last_update, last_message = shelf.put_back("joined")
        except KeyError:
            world = await cls.joined(deps, clock)
            shelf.keep("joined", (world.tokens, world.chats, world.last_update, world.last_message))
            return world
        return cls(deps, clock, dict(tokens), dict(chats), [], last_update, last_message)

    def message(self, name: str, **values: Any) -> Incoming:
        """Return the update of a message that somebody writes."""
        self.last_update += 1
        chat = self.chats.get(name, 9_999)
        usual = Incoming(update_id=self.last_update, telegram_id=chat, chat_id=chat, sent_at=self.clock.now)
        return replace(usual, **values)

    def press(self, name: str, message_id: int | None = None, **values: Any) -> Incoming:
        """Return the update of a pressed button."""
        return self.message(name, sent_at=None, is_press=True, message_id=message_id or 400, **values)

    async def deliver(self, *, fails: dict[str, Result] | None = None) -> list[Delivered]:
        """Let everything that is due arrive; with `fails`, the messages to some people meet another fate."""
        names = {chat: name for name, chat in self.chats.items()}
        arrived: list[Delivered] = []
        while True:
            async with self.deps.db.transaction() as session:
                claimed = await outbox.claim(
                    session,
                    owner="test",
                    now=self.clock.now,
                    lease=delivery.LEASE,
                    limit=50,
                    budget=NO_PACE,
                )
            if not claimed:
                return arrived
            results = []
            for outgoing in claimed:
                name = names.get(outgoing.chat_id, "a stranger")
                result = (fails or {}).get(name, Result.SENT)
                message_id = outgoing.edit
                if result is Result.SENT:
                    if message_id is None:
                        self.last_message += 1
                        message_id = self.last_message
                    arrived.append(Delivered(name, outgoing.kind, dict(outgoing.params), message_id, outgoing))
                wait = timedelta(hours=9)
                results.append(Settled(outgoing=outgoing, result=result, message_id=message_id, retry_in=wait))
            await delivery.settle(self.deps, results)
            self.phone += [one for one in arrived if one not in self.phone]

    def on(self, name: str, *kinds: Kind) -> list[Delivered]:
        """Return what arrived on a phone, of these kinds or of all."""
        return [one for one in self.phone if one.name == name and (not kinds or one.kind in kinds)]

    def kinds(self, name: str) -> list[Kind]:
        """Return the kinds of message that arrived on a phone, in order."""
        return [one.kind for one in self.on(name)]

    async def unnoted(self) -> list[tuple[str, Kind, str]]:
        """Return what reached somebody and shows a mentor, and left no line that this mentor can see."""
        async with self.deps.db.reading() as session:
            everybody = {person.id: person for person in await people.everyone(session)}
            lines = list(await session.scalars(select(AuditRow).where(AuditRow.action.in_(list(OF_ONE)))))
        seen = Counter((row.detail.get("to", row.actor), row.subject_id, OF_ONE[row.action]) for row in lines)
        shown: Counter[tuple[str, UUID, Kind]] = Counter()
        for one in self.phone:
            reader = next((p for p in everybody.values() if p.id == one.outgoing.person_id), None)
            said = json.dumps(one.params, default=str)
            for mentor in everybody.values():
                if reader is None or mentor.role is not Role.MENTOR or mentor.id == reader.id:
                    continue
                if f'"{mentor.name}"' in said or mentor.id.hex in said:
                    shown[reader.id.hex, mentor.id, one.kind] += 1
        # What was seen there before needs no line of its own; every other message does.
        wanted = {key: 1 if key[2] in SEEN_BEFORE else count for key, count in shown.items()}
        return [
            (everybody[UUID(reader)].name, kind, everybody[mentor].name)
            for (reader, mentor, kind), count in wanted.items()
            if kind not in SHOWS or seen[reader, mentor, SHOWS[kind]] < count
        ]

    # What people do.

    async def asks_for_a_checkin(self, name: str = SAM) -> Checkin:
        """/checkin"""
        await asking.ask_now(self.deps, self.message(name))
        await self.deliver()
        return (await self.checkins(name))[-1]

    async def taps(self, name: str, value: str | None, action: str = "answer") -> None:
        """Press a button under the question that was shown last."""
        shown = self.on(name, Kind.CHECKIN)[-1]
        tap = Tap(checkin_id=UUID(shown.params["checkin"]), place=shown.params["place"], value=value)
        await asking.tap(self.deps, self.press(name, shown.message_id), tap, action)
        await self.deliver()

    async def answers(self, name: str = SAM, *values: str) -> None:
        """Answer the questions one after the other."""
        for value in values:
            await self.taps(name, value)

    async def calls(self, name: str = SAM) -> Alert:
        """/talk, and the newest alert about that person."""
        await talking.talk(self.deps, self.message(name))
        await self.deliver()
        return (await self.alerts(name))[-1]

    async def acknowledges(self, name: str, alert: Alert) -> Alert:
        """Press "acknowledge"."""
        await responding.acknowledge(self.deps, self.press(name, self.copy(name, alert)), alert.id)
        await self.deliver()
        return await self.alert(alert)

    def copy(self, name: str, alert: Alert) -> int:
        """Return the newest message about an alert on a phone."""
        found = [one for one in self.on(name, Kind.ALERT) if one.params["alert"] == alert.id.hex]
        return found[-1].message_id if found else 1

    # What is stored.

    async def person(self, name: str) -> Person:
        """Return somebody as stored."""
        async with self.deps.db.reading() as session:
            found = await people.by_name(session, name)
        assert found is not None
        return found

    async def change(self, name: str, **values: Any) -> None:
        """Change somebody behind the flows' back."""
        person = await self.person(name)
        async with self.deps.db.transaction() as session:
            await people.change(session, person.id, **values)

    async def alert(self, alert: Alert) -> Alert:
        """Return an alert as it is now."""
        async with self.deps.db.reading() as session:
            found = await alerts.get(session, alert.id)
        assert found is not None
        return found

    async def alerts(self, name: str | None = None) -> list[Alert]:
        """Return all alerts, or those about somebody, in the order in which they were opened."""
        about = (await self.person(name)).id if name else None
        async with self.deps.db.reading() as session:
            ids = await session.scalars(select(AlertRow.id).order_by(AlertRow.opened_at, AlertRow.source))
            found = [await alerts.get(session, id_) for id_ in ids.all()]
        return [one for one in found if one is not None and about in (None, one.person_id)]

    async def checkins(self, name: str = SAM) -> list[Checkin]:
        """Return the check-ins of somebody, in the order in which they were asked."""
        person = await self.person(name)
        async with self.deps.db.reading() as session:
            rows = select(CheckinRow.id).where(CheckinRow.person_id == person.id)
            ids = await session.scalars(rows.order_by(CheckinRow.at, CheckinRow.opened_at))
            found = [await checkins.get(session, id_) for id_ in ids.all()]
        return [one for one in found if one is not None]

    async def audit(self, *actions: str) -> list[AuditRow]:
        """Return lines of the audit trail."""
        async with self.deps.db.reading() as session:
            lines = await session.scalars(select(AuditRow).order_by(AuditRow.id))
            return [line for line in lines if not actions or line.action in actions]
