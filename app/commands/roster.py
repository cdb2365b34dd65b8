"""`keepwell roster`: import people from a spreadsheet, and list them."""

import asyncio
import csv
import os
from pathlib import Path
from typing import Final

import click

from app.commands.run import ready_database
from app.errors import CommandFailed
from app.settings import Settings, load_settings
from app.wiring import opened
from flows import roster as flow
from flows.roster import Link, Report, RosterInvalid
from storage import revision

MAX_BYTES: Final = 20_000_000
UNKNOWN_BOT: Final = "YOUR_BOT"


@click.group()
def roster() -> None:
    """Bring people in from a spreadsheet."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--links", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write invite links here."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_(file: Path, links: Path | None, dry_run: bool) -> None:
    """Bring the people in line with FILE (CSV: name,role,team,language,timezone,supervisor).

    Importing the same file twice changes nothing. With --links everybody who has not joined gets a single-use link.
    """
    settings = load_settings()
    if settings.is_sqlite and not dry_run and revision.current(settings.database_url) is None:
        ready_database(settings)  # people come before the first run, which would make the tables
    report = asyncio.run(_import(settings, file, links, dry_run=dry_run))
    would = "would be " if dry_run else ""
    click.echo(f"{report.added} {would}added, {report.changed} {would}changed, {report.unchanged} as they were.")


async def _import(settings: Settings, file: Path, links: Path | None, *, dry_run: bool) -> Report:
    if file.stat().st_size > MAX_BYTES:  # noqa: ASYNC240 - nothing else runs in this process
        raise CommandFailed(f"{file}: larger than {MAX_BYTES // 1_000_000} MB; this is not a roster")
    try:
        text = file.read_text(encoding="utf-8-sig")  # noqa: ASYNC240
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1  # noqa: ASYNC240
        raise CommandFailed(f"{file}:{line}: not UTF-8; save the file as “CSV UTF-8”") from error
    async with opened(settings) as deps:
        try:
            lines = flow.read_roster(
                text,
                str(file),
                languages=deps.program.languages,
                default_zone=deps.program.default_timezone,
            )
            report = await flow.import_roster(deps, lines, str(file), links=links is not None, dry_run=dry_run)
        except RosterInvalid as error:
            raise CommandFailed(str(error)) from error
        if links is not None and not dry_run:
            username = await flow.bot_username(deps) or await _ask_username(settings)
            if username is not None:
                await flow.remember_bot(deps, username)
            _write_links(links, report.links, username)
    return report


async def _ask_username(settings: Settings) -> str | None:
    """Ask Telegram for the bot's name. Without it the links are written all the same, to be completed by hand."""
    if settings.telegram_token is None:
        return None
    from telegram.error import TelegramError

    from bot.application import build

    application = build(settings.telegram_token, settings.telegram_api_url)
    try:
        await application.bot.initialize()
        username: str | None = application.bot.username
    except TelegramError:
        return None
    finally:
        await application.bot.shutdown()
    return username


def _write_links(path: Path, links: list[Link], username: str | None) -> None:
    # Each line lets its reader in: nobody else may read it, from the first byte on.
    if path.is_file():
        path.chmod(0o600)
    with open(path, "w", newline="", encoding="utf-8", opener=_for_owner) as file:
        writer = csv.writer(file)
        writer.writerow(["name", "role", "link"])
        for link in links:
            address = f"https://t.me/{username or UNKNOWN_BOT}?start={link.token}"
            writer.writerow([_safe(link.name), link.role, address])
    click.echo(f"{len(links)} links written to {path}: each works once, for its own person.", err=True)
    if username is None:
        click.echo(
            f"keepwell: Telegram could not be asked for the bot's name: replace {UNKNOWN_BOT} in {path} by it", err=True
        )


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


@roster.command("list")
def list_() -> None:
    """List names, roles, teams, and who has joined."""
    asyncio.run(_list(load_settings()))


async def _list(settings: Settings) -> None:
    async with opened(settings) as deps:
        for person in await flow.everybody(deps):
            joined = "joined" if person.telegram_id is not None else "not joined"
            click.echo("\t".join((person.name, person.role.value, person.team, joined)))
