"""The demonstration: the real service, and a Telegram on this machine with a page of phones."""

import asyncio
from datetime import datetime
from typing import Final

import click

from app.commands.run import ready_database
from app.errors import SettingsInvalid
from app.logs import set_up_logs
from app.service import Service
from app.settings import Settings, load_settings
from core.people import Role
from emulator.clock import Clock
from emulator.server import Emulator
from flows import roster, scheduling
from flows.deps import Deps
from flows.roster import Line

ZONE: Final = "America/Chicago"
TEAM: Final = "North"
# Everybody is made up. The first two have their phones on the page from the start.
PEOPLE: Final = (
    Line(1, "Sam Rivera", Role.MENTOR, TEAM, "en", ZONE, "Ann Lee"),
    Line(2, "Ann Lee", Role.SUPERVISOR, TEAM, "en", ZONE, ""),
    Line(3, "Rosa Vega", Role.MENTOR, TEAM, "es", ZONE, "Ann Lee"),
    Line(4, "Ben Ortiz", Role.SUPERVISOR, TEAM, "en", ZONE, ""),
    Line(5, "Dana Fox", Role.LEAD, "", "en", ZONE, ""),
)
FIRST_TELEGRAM_ID: Final = 7_000_001


async def run_demo(port: int) -> None:
    """Run the service and its Telegram until stopped, and print the address of the page."""
    settings = load_settings()
    set_up_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    clock = Clock()
    service: Service | None = None

    async def upcoming() -> datetime | None:
        return await scheduling.next_instant(service.deps) if service else None

    emulator = Emulator(clock=clock, upcoming=upcoming)
    try:
        await emulator.start(port=port)
    except OSError as error:
        raise SettingsInvalid(
            f"the page cannot use port {port} ({error.strerror}); choose another with --port"
        ) from error
    try:
        settings = settings.model_copy(
            update={
                "telegram_token": emulator.token,
                "telegram_api_url": emulator.url,
                "webhook_url": None,
            }
        )
        await asyncio.to_thread(ready_database, settings)
        service = Service(settings, clock=clock.now)
        await _lay_out_phones(service.deps, emulator)
        await service.run(ready=lambda: _greet(emulator.url, settings))
    finally:
        await emulator.stop()


async def _lay_out_phones(deps: Deps, emulator: Emulator) -> None:
    """Put one phone on the page for everybody who is to be seen, each with its own invite."""
    report = await roster.import_roster(deps, PEOPLE, "the demonstration", links=True, dry_run=False)
    tokens = {link.name: link.token for link in report.links}
    for place, line in enumerate(PEOPLE):
        emulator.phone(
            line.name,
            user_id=FIRST_TELEGRAM_ID + place,
            language=line.language,
            role=line.role.value,
            start_payload=tokens.get(line.name),
        )


def _greet(address: str, settings: Settings) -> None:
    click.echo("")
    click.echo("Keepwell runs with a Telegram on this machine. Open the phones in a browser:")
    click.echo("")
    click.echo(f"    {address}/")
    click.echo("")
    click.echo("Press START on Sam's and on Ann's phone; then let Sam answer a check-in. Ctrl-C stops it.")
    click.echo(f"What happens is kept in {settings.database_url.removeprefix('sqlite:///')}; remove it to begin anew.")
