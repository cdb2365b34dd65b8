"""`keepwell backup` and `keepwell restore`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from app.commands.moving import nobody_runs, progress
from app.errors import CommandFailed
from app.settings import Settings, load_settings, secret_keys
from app.wiring import make_deps, utc_now
from flows import erasing
from program.durations import write_duration
from program.load import load_program
from storage import backup as backups
from storage.backup_file import BackupUnreadable, Header, read_header
from storage.copying import CopyRefused, sqlite_path
from storage.vault import Vault

NAMED: Final = "keepwell-{:%Y%m%dT%H%M%SZ}.backup"
PATTERN: Final = "keepwell-????????T??????Z.backup"


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a file that is there.")
def backup(target: Path, replace: bool) -> None:
    """Write everything into FILE, encrypted with the secret key. The service may run meanwhile.

    When FILE is a folder, the file is named by date and time, and older backups there are deleted when they are past
    [retention] backups of the program file. The key is not in it: keep it elsewhere, and keep it as long.
    """
    settings = load_settings()
    now = utc_now()
    path = target / NAMED.format(now) if target.is_dir() else target
    if path.exists() and not replace:
        raise CommandFailed(f"{path} is there already; name another file, or say --replace")
    if not path.parent.is_dir():
        raise CommandFailed(f"{path.parent}: there is no such folder")
    if path == sqlite_path(settings.database_url):
        raise CommandFailed(f"{path} is the database itself; name another file")
    keys = secret_keys(settings)
    try:
        with progress("copying") as advance:
            header = backups.make(
                settings.database_url, path, keys[0], version=version("keepwell"), now=now, advance=advance
            )
    except CopyRefused as refused:
        raise CommandFailed(str(refused)) from None
    click.echo(f"{path}: {_sum(header)}, read back and compared. It needs the key {header.key}.")
    if target.is_dir():
        _prune(target, now, load_program(settings.program).retention.backups)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Read the whole file and say what it holds; change nothing.")
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds now.")
def restore(file: Path, check: bool, replace: bool) -> None:
    """Bring back the backup FILE into the database of the settings, and compare every row.

    The service must be stopped. A database that holds anything is refused without --replace; with it, people who were
    erased since the backup was made are erased again. Nothing changes unless everything has arrived.
    """
    settings = load_settings()
    keys = secret_keys(settings)
    place = sqlite_path(settings.database_url)
    folder = place.parent if place is not None else file.parent
    try:
        if check:
            header = backups.check(file, keys, folder)
            click.echo(f"{file}: sound. {_sum(header)}, made {header.made_at} by version {header.version}.")
            return
        header, again = _restore(file, settings, keys, folder, replace=replace)
    except (BackupUnreadable, CopyRefused) as refused:
        raise CommandFailed(str(refused)) from None
    click.echo(f"{_sum(header)} restored and compared, as they were at {header.made_at}.")
    if again:
        click.echo(f"{again} people who were erased since then were erased again.")


def _restore(file: Path, settings: Settings, keys: Sequence[str], folder: Path, *, replace: bool) -> tuple[Header, int]:
    rows = sum(read_header(file).rows.values())
    nobody_runs(settings.database_url)
    with progress("restoring", rows * 2) as advance:
        return backups.restore(
            file,
            settings.database_url,
            keys,
            replace=replace,
            folder=folder,
            erase=lambda address, people: asyncio.run(_erase(settings, keys, address, people)),
            advance=advance,
        )


async def _erase(settings: Settings, keys: Sequence[str], address: str, people: Sequence[UUID]) -> None:
    deps = make_deps(settings.model_copy(update={"database_url": address}), Vault(keys))
    try:
        await erasing.erase_again(deps, people)
    finally:
        await deps.db.close()


def _prune(folder: Path, now: datetime, keep: timedelta) -> None:
    """Delete backups that are older than mentors were told."""
    for path in sorted(folder.glob(PATTERN)):
        try:
            old = now - datetime.fromisoformat(read_header(path).made_at) > keep
        except BackupUnreadable as fault:
            click.echo(f"keepwell: {fault}; it is left there", err=True)
            continue
        if old:
            path.unlink()
            click.echo(f"{path} deleted: older than {write_duration(keep)}.")


def _sum(header: Header) -> str:
    return f"{sum(header.rows.values())} rows of {len(header.rows)} tables"
