"""A small program's people, and what tests do with their phones."""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Final

from emulator import Emulator, NotSeen, Phone, Seen
from tests.e2e.crowd import Mentor, Press, Staff, presses

ZONE: Final = "America/Chicago"
SAM, TAB, ULI = "Samantha Riverside", "Tabitha Greenwood", "Ulrich Vandermeer"
ANN, BERT, CLEM, INGRID = "Annabel Leeward", "Bertrand Northrop", "Clementine Southwell", "Ingrid Leadbetter"
NORTH, SOUTH = "Northside", "Southgate"


def row(name: str, role: str, team: str = "", *, boss: str = "", language: str = "en") -> dict[str, str]:
    """Return a line of a roster."""
    return {"name": name, "role": role, "team": team, "supervisor": boss, "language": language, "timezone": ZONE}


# Ann supervises Sam and Tab, with Bert beside her; Clem supervises Uli alone; Ingrid leads.
PEOPLE: Final = (
    row(SAM, "mentor", NORTH, boss=ANN),
    row(TAB, "mentor", NORTH, boss=ANN),
    row(ULI, "mentor", SOUTH, boss=CLEM),
    row(ANN, "supervisor", NORTH),
    row(BERT, "supervisor", NORTH),
    row(CLEM, "supervisor", SOUTH),
    row(INGRID, "lead"),
)
STAFF: Final = (ANN, BERT, CLEM, INGRID)


class Living:
    """Everybody whose phone is in use in a test."""

    def __init__(self, telegram: Emulator) -> None:
        self.telegram = telegram
        self._tasks: list[asyncio.Task[None]] = []

    async def mentor(self, phone: Phone, *calls: str, at: str = "08:00") -> Mentor:
        """Let a mentor join, and answer every check-in; `calls` are the answers to the last question in turn."""
        mentor = Mentor(self.telegram, phone, at=at, chance=random.Random(phone.id), calls=calls)
        self._tasks.append(asyncio.create_task(mentor.lives()))
        await phone.starts()
        async with asyncio.timeout(15):
            await mentor.joined.wait()
        return mentor

    async def staff(self, phone: Phone, *, acknowledges: bool = False) -> Staff:
        """Let a supervisor or a lead join."""
        person = Staff(self.telegram, phone, acknowledges=acknowledges)
        self._tasks.append(asyncio.create_task(person.lives()))
        await phone.starts()
        await until(lambda: any(seen.from_bot for seen in phone.messages), phone, what="a welcome")
        return person

    async def rests(self) -> None:
        """Put all phones down."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def until(true: Callable[[], bool], *phones: Phone, what: str, within: float = 10.0) -> None:
    """Wait for something; NotSeen with the chats of those phones when it does not come."""
    deadline = asyncio.get_running_loop().time() + within
    while not true():
        if asyncio.get_running_loop().time() > deadline:
            raise NotSeen(f"no {what} within {within:g} s\n" + "\n".join(phone.transcript() for phone in phones))
        await asyncio.sleep(0.02)


def button(phone: Phone, action: str, argument: str = "") -> tuple[Seen, Press] | None:
    """Return the newest message with a button that does this, and the button: whatever it is called."""
    for seen in reversed(phone.messages):
        for _, press in presses(seen.content.keyboard):
            if press.action == action and press.argument.startswith(argument):
                return seen, press
    return None


async def presses_button(phone: Phone, action: str, argument: str = "", *, within: float = 10.0) -> tuple[Seen, Press]:
    """Press the newest button that does this as soon as there is one. Return the message and the button."""
    what = f"button that does {action} {argument}"
    await until(lambda: button(phone, action, argument) is not None, phone, what=what, within=within)
    found = button(phone, action, argument)
    assert found is not None
    await phone.raw_tap(found[1].data, found[0].id)
    return found


def from_bot(phone: Phone) -> list[Seen]:
    """Return what the bot has sent, as it is now."""
    return [seen for seen in phone.messages if seen.from_bot]


def alert_messages(telegram: Emulator, phones: Sequence[Phone], alert: str) -> list[str]:
    """Return who was sent a message about an alert, in the order in which the messages were sent."""
    sent = [
        (message.id, phone.name)
        for phone in phones
        for message in telegram.world.chats[phone.id].messages.values()
        if message.from_bot
        and any(p.row == alert and p.action == "res" for _, p in presses(message.versions[0].keyboard))
    ]
    return [name for _, name in sorted(sent)]


def open_alert(phone: Phone) -> str | None:
    """Return the id of the newest alert on a phone that can be acknowledged."""
    found = button(phone, "ack")
    return found[1].row if found else None
