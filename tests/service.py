"""The real service and a Telegram in one process: `async with running(address, folder) as town: …`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.service import Service
from app.settings import Settings
from bot.texts import Texts
from core.people import Role
from emulator import Emulator, Phone
from emulator.clock import Clock
from flows import roster, sending
from flows.deps import Deps
from flows.roster import Line

ZONE: Final = "America/Chicago"
PEOPLE: Final = (
    Line(2, "Sam Rivera", Role.MENTOR, "North", "en", ZONE, "Ann Lee"),
    Line(3, "Rosa Vega", Role.MENTOR, "North", "es", ZONE, "Ann Lee"),
    Line(4, "Ann Lee", Role.SUPERVISOR, "North", "en", ZONE, ""),
)
# A program without quiet hours: a test may run at any hour.
AWAKE: Final = 'quiet_hours = { from = "00:00", until = "00:00" }\n'
START_WITHIN_SECONDS: Final = 20
# Buttons on a mentor's way in.
CONSENT: Final = ("Next", "Next", "I agree")


@dataclass(frozen=True, slots=True)
class Town:
    """What runs, and the phones of the people, by name."""

    service: Service
    telegram: Emulator
    clock: Clock
    phones: dict[str, Phone]

    @property
    def deps(self) -> Deps:
        """What the flows of the service work with."""
        return self.service.deps

    async def joins(self, name: str, language: str = "en") -> Phone:
        """Let a mentor join and agree."""
        phone, texts = self.phones[name], Texts(language)
        await phone.starts()
        for page, label in enumerate(CONSENT, 1):
            await phone.expects(texts.say("<b>{page} of {pages} · {title}</b>", page=page, pages=3, title="")[3:8])
            await phone.taps(texts.say(label))
        await phone.expects(texts.say("What time is it where you are?"))
        return phone

    async def starts(self, name: str) -> Phone:
        """Let a supervisor or a lead begin."""
        phone = self.phones[name]
        await phone.starts()
        await phone.expects(name.split()[0])
        return phone

    async def sends(self, checkin: str, name: str) -> None:
        """`keepwell send`"""
        (outcome,) = await sending.send(self.deps, checkin, to=name)
        assert outcome.sent, outcome.why


@asynccontextmanager
async def running(
    address: str,
    folder: Path,
    *,
    program: str = AWAKE,
    people: Sequence[Line] = PEOPLE,
    clock: Clock | None = None,
    before: Callable[[Emulator], None] = lambda _: None,
) -> AsyncIterator[Town]:
    """Run the service on a migrated database with an emulated Telegram; stop both, and check what was called.

    `program` is the text of a program file. Everybody of `people` has a phone that holds their invite. `before` is
    called with the emulator before the service starts.
    """
    clock = clock or Clock()
    path = folder / "program.toml"
    path.write_text(program)
    async with Emulator(clock=clock) as telegram:
        before(telegram)
        settings = Settings(
            _env_file=None,
            telegram_token=telegram.token,
            telegram_api_url=telegram.url,
            database_url=address,
            program=path,
            listen="127.0.0.1:0",
            secret_key="a secret that only tests use",
        )
        service = Service(settings, clock=clock.now)
        report = await roster.import_roster(service.deps, people, "roster.csv", links=True, dry_run=False)
        phones = {
            link.name: telegram.phone(link.name, language=line.language, start_payload=link.token)
            for link, line in zip(report.links, people, strict=True)
        }
        ready = asyncio.Event()
        task = asyncio.create_task(service.run(ready=ready.set))
        try:
            async with asyncio.timeout(START_WITHIN_SECONDS):
                await ready.wait()
            yield Town(service, telegram, clock, phones)
        finally:
            service.stop()
            await task
        assert telegram.violations == []
