"""What must be true after any update: nothing in the logs about anybody, no word on another person's phone."""

import json
import re
from typing import Any, Final

from benchmarks.fuzz.monkeys import owners
from benchmarks.fuzz.town import FAITHFUL, MONKEY, Town

NAME: Final = re.compile(rf"(?:{FAITHFUL}|{MONKEY})\d\d(?: \w+)?")
SECRET: Final = re.compile(r"zqxsecret\d+")
TOLD: Final = re.compile(r"Traceback|never retrieved|was destroyed|[A-Z][a-z]{3}eqv\d|Faithqv|Monkeqv|zqxsecret|C calc")
NUMBER: Final = re.compile(r"\b7[19]000000\d\d\b")


class Checks:
    """Looks at what came out since the last look."""

    def __init__(self, town: Town, known: set[int]) -> None:
        self._town = town
        self._owners = {name.split()[0] + name.split()[1]: chats for name, chats in owners(town).items()}
        self._known = known  # whoever has written to us may be answered

    def knows(self, update: dict[str, Any]) -> None:
        """Note who wrote: they may be answered."""
        for body in update.values():
            sender = body.get("from") if isinstance(body, dict) else None
            if isinstance(sender, dict) and isinstance(sender.get("id"), int):
                self._known.add(sender["id"])

    def look(self) -> list[str]:
        """Return what is wrong."""
        return [*self._in_the_logs(), *self._on_the_phones(), *self._in_the_calls()]

    def _in_the_logs(self) -> list[str]:
        wrong = []
        for line in self._town.logged().splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                wrong.append(f"a line of the log that is no event: {line[:300]!r}")
                continue
            if found.get("action") == "forged_line" or TOLD.search(line) or NUMBER.search(line):
                wrong.append(f"a line of the log that tells too much: {line[:2_000]}")
        return wrong

    def _on_the_phones(self) -> list[str]:
        wrong = []
        seen = self._town.seen.words
        while seen:
            chat, words = seen.popleft()
            if chat not in self._known:
                wrong.append(f"a message to somebody who never wrote and is on no roster: {chat} {words[:100]!r}")
            if SECRET.search(words):
                wrong.append(f"what somebody wrote stands in a message: {words[:200]!r}")
            for name in NAME.findall(words):
                allowed = self._owners.get(name.replace(" ", ""))
                if allowed is not None and chat not in allowed:
                    wrong.append(f"a mentor's name in a message to another team: {words[:300]!r}")
        return wrong

    def _in_the_calls(self) -> list[str]:
        violations, self._town.edge.violations = self._town.edge.violations, []
        escaped, self._town.seen.escaped = self._town.seen.escaped, []
        faults, self._town.seen.faults = self._town.seen.faults, []
        return [f"a call that is not of the Bot API: {call}" for call in violations] + escaped + faults
