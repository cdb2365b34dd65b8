"""What a check-in costs a mentor: taps, characters and seconds, counted from what stands on the phone.

A stopwatch of people would be better. This reads every new line at a careful speed, buttons included. A line that has
stood on a screen of this check-in before is recognized, not read; finding the answer takes its time on every screen.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.demo import ready_database
from app.service import Service
from app.settings import load_settings
from core.people import Role
from emulator import Emulator, Phone
from flows import joining, own_days, roster, sending
from flows.roster import Line
from flows.turn import Incoming

WORDS_A_MINUTE: Final = 200  # adults read some 240 silently; screens between visits are read more slowly
SECONDS_A_TAP: Final = 1.0
SECONDS_A_SCREEN: Final = 1.5  # to see what is new, and to find the answer
CHARACTERS_A_SECOND: Final = 3.0  # typed on a phone
PULSE_LINE: Final = ("3 2 4 1 n",)
WEEK_LINES: Final = ("8 17 0 0 0 0 2 1", "1 1 1 3 3 2 1")
GOALS: Final = {"pulse": 45.0, "weekly": 150.0}
WAYS: Final = re.compile(r"[●○]|🆘|←|Skip|Saltar|Later|Después|Más tarde|✏️|Change|Cambiar")  # known by their place


@dataclass(frozen=True, slots=True)
class Effort:
    """What one check-in took."""

    what: str
    taps: int
    typed: int
    words: int  # of new lines
    screens: int
    shown: int  # characters on all screens

    @property
    def seconds(self) -> float:
        """Reading, tapping and typing, one after the other."""
        looking = self.words * 60 / WORDS_A_MINUTE + self.screens * SECONDS_A_SCREEN
        return looking + self.taps * SECONDS_A_TAP + self.typed / CHARACTERS_A_SECOND


def main(_arguments: Sequence[str]) -> int:
    """Measure and print a table. Exit code 1 when a goal is missed."""
    found = asyncio.run(_measure())
    print("| check-in | taps | characters typed | words read | characters shown | seconds | goal |")
    print("|---|---|---|---|---|---|---|")
    missed = 0
    for one in found:
        goal = GOALS["pulse" if "pulse" in one.what else "weekly"]
        over = one.seconds > goal or ("pulse" in one.what and one.taps > 5)
        missed += over
        numbers = f"{one.taps} | {one.typed} | {one.words} | {one.shown} | {one.seconds:.0f} | ≤ {goal:.0f}"
        print(f"| {one.what} | {numbers}{', missed' if over else ''} |")
    return 1 if missed else 0


async def _measure() -> list[Effort]:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        async with Emulator() as telegram:
            address = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
            settings = load_settings().model_copy(
                update={**address, "database_url": f"sqlite:///{Path(folder) / 'effort.db'}", "listen": "127.0.0.1:0"}
            )
            await asyncio.to_thread(ready_database, settings)
            service = Service(settings)
            running = asyncio.create_task(service.run())
            try:
                return [one for language in ("en", "es") for one in await _of_language(service, telegram, language)]
            finally:
                service.stop()
                await running


async def _of_language(service: Service, telegram: Emulator, language: str) -> list[Effort]:
    found = []
    ways = {"pulse, taps": (), "pulse, one line": PULSE_LINE, "weekly, taps": (), "weekly, text": WEEK_LINES}
    for number, (what, lines) in enumerate(ways.items()):
        name = f"Mentor {language} {number}"
        line = Line(2, name, Role.MENTOR, "North", language, "America/Chicago", "")
        report = await roster.import_roster(service.deps, [line], "effort", links=True, dry_run=False)
        phone = telegram.phone(name, start_payload=report.links[0].token)
        update = 1_000_000_000 + 100 * number + (10 if language == "es" else 0)
        await _joins(service, phone, update)
        if lines:
            press = Incoming(update_id=update + 5, telegram_id=phone.id, chat_id=phone.id)
            await own_days.toggle_one_message(service.deps, press)
            await _question(phone, _screen(phone))
        before = _screen(phone)
        outcomes = await sending.send(service.deps, what.split(",")[0], to=name)
        if not all(outcome.sent for outcome in outcomes):
            raise RuntimeError(f"{what} was not sent: {outcomes}")
        found.append(await _answers(phone, f"{what} ({language})", lines, before))
    return found


async def _joins(service: Service, phone: Phone, update: int) -> None:
    await phone.starts()
    page = await _question(phone, "")
    await joining.agree(service.deps, Incoming(update_id=update, telegram_id=phone.id, chat_id=phone.id))
    await _question(phone, page)


async def _answers(phone: Phone, what: str, lines: Sequence[str], before: str) -> Effort:
    """Answer to the end, by these lines or by tapping the first answer; read every screen on the way."""
    screen = await _question(phone, before)
    taps = words = shown = screens = 0
    seen: set[str] = set()
    typed = sum(len(line) + 1 for line in lines)
    waiting = list(lines)
    while True:
        words, shown, screens = words + _words(screen, seen), shown + len(screen), screens + 1
        seen |= set(screen.splitlines())
        answer = _first_answer(phone)
        if waiting:
            await phone.says(waiting.pop(0))
        elif answer is not None:
            taps += 1
            await phone.taps(answer, again=True)
        else:
            return Effort(what, taps, typed, words, screens, shown)
        screen = await _question(phone, screen)


def _first_answer(phone: Phone) -> str | None:
    rows = phone.buttons()
    if not any(
        "→" in label or label.startswith(("←", "Skip", "Saltar", "Later", "Más", "Después"))
        for row in rows
        for label in row
    ):
        return None
    last = [label for row in rows for label in row if "→" in label]
    return last[0] if last else rows[0][0]


async def _question(phone: Phone, before: str) -> str:
    """Wait until the newest message says something else."""
    async with asyncio.timeout(10):
        while _screen(phone) in ("", before):  # noqa: ASYNC110 - a phone tells nobody that it was looked at
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    return _screen(phone)


def _screen(phone: Phone) -> str:
    """Return the newest message of the bot, buttons included."""
    return next((str(seen) for seen in reversed(phone.messages) if seen.sender != phone.name), "")


def _words(screen: str, seen: set[str]) -> int:
    """Count the words of lines that are new; those of the ways out stand at the same place on every screen."""
    return sum(len(line.split()) for line in screen.splitlines() if line not in seen and not WAYS.search(line))
