"""`keepwell doctor`: looks at everything, and says what to do about each fault."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import click

from app.errors import CommandFailed, SettingsInvalid
from app.settings import Settings, load_settings, secret_keys
from app.wiring import make_deps
from flows import health, oncall
from program.faults import ProgramInvalid
from program.load import load_program
from storage import migrate
from storage.database import DATABASE_AWAY, SCHEMA_MISSING
from storage.vault import Vault, WrongKey

CLOCK_TOLERANCE: Final = timedelta(seconds=30)
ANSWER_WITHIN: Final = aiohttp.ClientTimeout(total=10)


class Findings:
    """What was found: printed line by line, and counted."""

    def __init__(self) -> None:
        """Start with nothing wrong."""
        self.faults = 0

    def fine(self, what: str) -> None:
        """Say that something is in order."""
        click.echo(f"  ok    {what}")

    def note(self, what: str) -> None:
        """Say something to think about."""
        click.echo(f"  note  {what}")

    def fault(self, what: str) -> None:
        """Say what is wrong and what to do."""
        self.faults += 1
        for line in what.splitlines():
            click.echo(f"  FAULT {line}")


@click.command()
def doctor() -> None:
    """Check settings, program, database, Telegram, webhook and clock. Exit code 1 when there is a fault."""
    findings = Findings()
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        findings.fault(error.message)
    else:
        findings.fine("settings")
        _check_program(settings, findings)
        if _check_database(settings, findings):
            asyncio.run(_check_people(settings, findings))
        asyncio.run(_check_telegram(settings, findings))
    if findings.faults:
        raise CommandFailed(f"{findings.faults} fault(s) found")
    click.echo("Everything is in order.")


def _check_program(settings: Settings, findings: Findings) -> None:
    try:
        program = load_program(settings.program)
    except ProgramInvalid as error:
        findings.fault(str(error))
    else:
        findings.fine(f"program: {', '.join(checkin.id for checkin in program.checkins)}")
        for warning in program.warnings:
            findings.note(warning)


def _check_database(settings: Settings, findings: Findings) -> bool:
    try:
        current, head = migrate.current(settings.database_url), migrate.head()
    except (*DATABASE_AWAY, *SCHEMA_MISSING) as error:
        findings.fault(
            f"the database does not answer ({type(error).__name__}): check KEEPWELL_DATABASE_URL and that it runs"
        )
        return False
    if current is not None and current > head:
        findings.note(
            f"the database is at version {current}, newer than this Keepwell ({head}): an update is under way"
        )
        return True
    if current != head:
        findings.fault(f"the database is at version {current or 'empty'}, not {head}: run `keepwell migrate`")
        return False
    findings.fine(f"database at version {current}")
    return True


async def _check_people(settings: Settings, findings: Findings) -> None:
    try:
        deps = make_deps(settings, Vault(secret_keys(settings)))
    except (SettingsInvalid, ProgramInvalid) as error:
        findings.fault(str(error))
        return
    try:
        counts = await health.head_count(deps)
        if not counts["on the roster"]:
            findings.note("nobody is on the roster yet: run `keepwell roster import FILE.csv --links LINKS.csv`")
        else:
            findings.fine(", ".join(f"{number} {what}" for what, number in counts.items()))
            for fault in await health.staffing(deps):
                findings.note(fault)
        rota = await oncall.look(deps)
        for fault in rota.faults:
            findings.fault(fault)
        for gap in rota.notes:
            findings.note(gap)
        state = await health.check(deps)
        if state.last_tick is not None:
            for problem in [*state.problems, *await health.unanswered(deps)]:
                findings.note(problem)
        if state.buried_updates:
            findings.fault(f"{state.buried_updates} updates could not be handled: look for `update_buried` in the log")
    except WrongKey as error:
        findings.fault(str(error))
    finally:
        await deps.db.close()


async def _check_telegram(settings: Settings, findings: Findings) -> None:
    if settings.telegram_token is None:
        findings.fault("KEEPWELL_TELEGRAM_TOKEN is not set: ask @BotFather for one, or use `keepwell demo`")
        return
    base = f"{settings.telegram_api_url}/bot{settings.telegram_token}"
    async with aiohttp.ClientSession(timeout=ANSWER_WITHIN, trust_env=True) as session:
        try:
            async with session.get(f"{base}/getMe") as response:
                status, date = response.status, response.headers.get("Date")
                me = await response.json(content_type=None)
            async with session.get(f"{base}/getWebhookInfo") as response:
                webhook = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            findings.fault(f"Telegram cannot be reached ({type(error).__name__}): check the network and the address")
            return
    if not isinstance(me, dict) or not isinstance(webhook, dict):
        findings.fault("what answers is not Telegram: check KEEPWELL_TELEGRAM_API_URL, and any proxy on the way")
        return
    if status in (401, 404) or not me.get("ok"):
        findings.fault("Telegram refuses the token: copy it again from @BotFather into KEEPWELL_TELEGRAM_TOKEN")
        return
    findings.fine(f"Telegram answers as @{me['result'].get('username')}")
    _check_clock(date, findings)
    _check_webhook(settings, webhook.get("result") or {}, findings)


def _check_clock(date: str | None, findings: Findings) -> None:
    if date is None:
        return
    off = abs(datetime.now(UTC) - parsedate_to_datetime(date))
    if off > CLOCK_TOLERANCE:
        findings.fault(f"the clock of this machine is off by {off.total_seconds():.0f} s: turn on time synchronization")
    else:
        findings.fine("clock")


def _check_webhook(settings: Settings, info: dict[str, object], findings: Findings) -> None:
    url = str(info.get("url") or "")
    if settings.webhook_url is None:
        if url:
            findings.note(
                "a webhook is set at Telegram; `keepwell run` will remove it, because KEEPWELL_WEBHOOK_URL is not"
            )
        else:
            findings.fine("long polling")
    elif url != settings.webhook_url:
        findings.note("the webhook at Telegram is not yet KEEPWELL_WEBHOOK_URL; `keepwell run` sets it")
    elif info.get("last_error_message"):
        findings.fault(f"Telegram could not deliver to the webhook: {info['last_error_message']}")
    else:
        findings.fine("webhook")
