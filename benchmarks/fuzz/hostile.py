"""Updates that mean harm: forged, swapped and replayed buttons, guessed invites, and whatever the facts allow."""

import base64
import hashlib
import hmac
import random
import secrets
from collections import Counter, deque
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks.fuzz.faithful import buttons, newest
from benchmarks.fuzz.monkeys import Monkeys
from benchmarks.fuzz.shapes import Shapes, as_sent, facts, mutated
from benchmarks.fuzz.town import BOSS, FAITHFUL, MONKEY, Town
from benchmarks.fuzz.words import Pen
from bot.handlers.presses import ACTIONS
from bot.reading import number_of
from emulator.state import Message

READ: Final = ("message", "edited_message", "callback_query", "my_chat_member")
ARGUMENTS: Final = (
    "",
    "0",
    "1",
    "4=not_safe",
    "0=3",
    "0=",
    "-1=3",
    "99=1",
    "9999999999999999=1",
    "first",
    "j",
    "yes",
    "no",
    "es.consent",
    "xx",
    "Europe/Madrid",
    "AA/Salta~j",
    "../../x",
    "09:00~j",
    "25:99",
    "22:00-07:00",
    "7d",
    "open",
    "4h",
    "tomorrow",
    "pulse",
    "weekly",
    "practice",
    "nothing",
    "2.none",
    "²",
    "٣",
    "1" * 18,
    "reached",
    "one_to_one",
    "group",
    "false_alarm",
    "helped",
    "\x00",
    "a:b:c",
)


class Hostile:
    """Makes hostile updates. None of them claims to be from an honest mentor: Telegram vouches for the sender."""

    def __init__(self, town: Town, dice: random.Random, monkeys: Monkeys, first_number: int) -> None:
        self._town = town
        self._dice = dice
        self._pen = Pen(dice)
        self._shapes = Shapes(facts(), dice)
        self._people = [phone.id for phone in monkeys.phones] + town.strangers
        self._number = first_number
        self._rows: list[UUID] = []
        self.kinds: Counter[str] = Counter()
        self.forged: Counter[str] = Counter()
        self.mine: set[int] = set()  # numbers of hostile updates: only these may be buried
        self.replayed: deque[dict[str, Any]] = deque(maxlen=400)

    async def makes(self) -> dict[str, Any] | None:
        """Return one hostile update."""
        kind = self._dice.random()
        if kind < 0.2:
            return self._made("forged button", await self._forged())
        if kind < 0.23:
            return self._made("guessed invite", self._guessed())
        if kind < 0.28 and self.replayed:
            self.kinds["replayed update"] += 1
            return self._dice.choice(self.replayed)
        update = self._any()
        if self._dice.random() < 0.6:
            mutated(update, self._dice)
            return self._made("mutated update", update)
        return self._made("made from the facts", update)

    def _made(self, kind: str, update: dict[str, Any]) -> dict[str, Any] | None:
        number = number_of(update)
        if number is None:
            return None  # it would not get past the door
        self.kinds[kind] += 1
        self.mine.add(number)
        # What JSON cannot hold cannot come over the wire, but for what is nested deeply.
        return as_sent(update) or (update if kind == "mutated update" else None)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _any(self) -> dict[str, Any]:
        dice = self._dice
        kind = dice.choice(READ) if dice.random() < 0.7 else dice.choice(self._shapes.kinds)
        update = self._shapes.update(self._next(), kind)
        if kind in READ and dice.random() < 0.4:
            self._anchor(update[kind], kind)
        else:
            self._unsigned(update)
        return update

    def _anchor(self, body: dict[str, Any], kind: str) -> None:
        """Let an update come from somebody who exists, in a chat that exists, about now."""
        user, now = self._dice.choice(self._people), int(self._town.clock.now().timestamp())
        sender = {"id": user, "is_bot": False, "first_name": self._pen.text(), "language_code": self._language()}
        chat = {"id": user, "type": "private", "first_name": self._pen.text()}
        if self._dice.random() < 0.15:
            chat = {"id": -user, "type": self._dice.choice(("group", "supergroup", "channel"))}
        body["from"] = sender
        if kind == "callback_query":
            body["message"] = {"message_id": self._dice.randrange(1, 500), "date": now, "chat": chat}
            body["data"] = self._pen.text()
            return
        body.update(chat=chat, date=now)
        if kind != "my_chat_member" and self._dice.random() < 0.6:
            body["text"] = self._pen.said()
            if body["text"].startswith("/"):
                length = len(body["text"].split()[0])
                body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]

    def _unsigned(self, update: dict[str, Any]) -> None:
        """See to it that no made-up sender is an honest mentor by chance."""
        honest = {phone.id for phone in self._town.those(FAITHFUL)}
        for body in update.values():
            if isinstance(body, dict) and isinstance(body.get("from"), dict) and body["from"].get("id") in honest:
                body["from"]["id"] = self._people[0]

    def _language(self) -> str:
        return self._dice.choice(("en", "es", "es-MX", "zz", "..", "", "\x00\x00", "EN", "e"))

    def _guessed(self) -> dict[str, Any]:
        user = self._dice.choice(self._people)
        guess = secrets.token_urlsafe(16) if self._dice.random() < 0.7 else self._pen.text()[:200]
        return self._message(user, f"/start {guess}")

    def _message(self, user: int, words: str) -> dict[str, Any]:
        sender = {"id": user, "is_bot": False, "first_name": "X", "language_code": "en"}
        body: dict[str, Any] = {
            "message_id": self._dice.randrange(1, 10**6),
            "date": int(self._town.clock.now().timestamp()),
            "from": sender,
            "chat": {"id": user, "type": "private"},
            "text": words,
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        }
        return {"update_id": self._next(), "message": body}

    async def _forged(self) -> dict[str, Any]:
        """Press a button that is not one's own, or none that we made."""
        dice = self._dice
        victim = dice.choice(self._town.those(FAITHFUL, MONKEY, BOSS))
        messages = newest(self._town, victim, 6)
        others = [press for message in messages for press in buttons(message)]
        kind = dice.random()
        if kind < 0.45 and others:
            data = dice.choice(others).data
        elif kind < 0.8:
            data = await self._signed()
        else:
            data = self._broken(dice.choice(others).data if others else "1:a::0:AAAAAAAA")
        presser = dice.choice([user for user in self._people if user != victim.id])
        return self._press(presser, data, messages)

    async def _signed(self) -> str:
        """Return a button with our signature, of any action, about any row: an old version may have made it."""
        dice = self._dice
        action = dice.choice((*ACTIONS, "gone"))
        row = dice.choice((None, uuid4(), await self._row(), await self._row(), await self._row()))
        try:
            data = self._town.signer.seal(action, row, dice.choice(ARGUMENTS))
        except ValueError:  # it does not fit
            data = self._town.signer.seal(action, row)
        self.forged[action] += 1
        if dice.random() < 0.1:
            body = dice.choice(("0", "2", "", "x")) + data[1:].rpartition(":")[0]
            key = self._town.deps.db.vault.keys_for("buttons")[0]
            mac = base64.urlsafe_b64encode(hmac.new(key, body.encode(), hashlib.sha256).digest()[:6]).decode()
            data = f"{body}:{mac}"
        return data

    def _broken(self, data: str) -> str:
        dice = self._dice
        place = dice.randrange(len(data))
        return dice.choice(
            (data[:place], data[:place] + "x" + data[place + 1 :], data + "A", data.upper(), self._pen.text(), "")
        )

    async def _row(self) -> UUID | None:
        """Return the id of any row at all: of a person, a check-in, an alert, a note, a team."""
        if not self._rows or self._dice.random() < 0.01:
            self._rows = []
            async with self._town.deps.db.reading() as session:
                for table in ("people", "checkins", "alerts", "notes", "teams", "contacts", "schedules"):
                    found = await session.scalars(text(f"SELECT id FROM {table}"))
                    self._rows += [value if isinstance(value, UUID) else UUID(str(value)) for value in found.all()]
            self._rows.sort(key=str)
        return self._dice.choice(self._rows)

    def _press(self, user: int, data: str, messages: list[Message]) -> dict[str, Any]:
        number = self._dice.choice([message.id for message in messages] or [1])
        chat = {"id": user, "type": "private"}
        body = {
            "id": str(self._dice.randrange(10**9)),
            "from": {"id": user, "is_bot": False, "first_name": "X", "language_code": "en"},
            "chat_instance": "1",
            "message": {"message_id": number, "date": int(self._town.clock.now().timestamp()), "chat": chat},
            "data": data,
        }
        return {"update_id": self._next(), "callback_query": body}
