"""`keepwell migrate`: the tables to this version, or everything to another database."""

import click

from app.commands.moving import nobody_runs, progress
from app.errors import CommandFailed, SettingsInvalid
from app.settings import Settings, load_settings
from storage import copying
from storage import migrate as migrations
from storage.copying import CopyRefused
from storage.database import database_url


@click.command()
@click.option("--to", "target", metavar="URL", help="Copy everything into this empty database, and compare every row.")
def migrate(target: str | None) -> None:
    """Bring the database to this version. Does nothing when it is there already.

    With --to, copy everything from the database of the settings into the one at URL, such as
    postgresql://user:password@host/name or sqlite:///file.db. The service must be stopped. Nothing is stored there
    unless everything has arrived; the present database stays as it is.
    """
    settings = load_settings()
    if target is not None:
        _move(settings, target)
        return
    before = migrations.current(settings.database_url)
    if before is not None and before > migrations.head():
        raise CommandFailed(f"the database is at version {before}, newer than this Keepwell ({migrations.head()})")
    migrations.upgrade(settings.database_url)
    after = migrations.current(settings.database_url)
    if before == after:
        click.echo(f"The database is at version {after} already.")
    else:
        click.echo(f"The database went from {before or 'empty'} to version {after}.")


def _move(settings: Settings, target: str) -> None:
    try:
        url = database_url(target)
    except Exception:
        raise SettingsInvalid("--to: it is sqlite:///file.db or postgresql://user:password@host/name") from None
    if url == database_url(settings.database_url):
        raise CommandFailed("--to names the database of the settings; name another one")
    try:
        copying.demand_version(settings.database_url)
        nobody_runs(settings.database_url)
        migrations.upgrade(target)
        with (
            copying.reading_from(settings.database_url, alone=True) as here,
            copying.writing_to(target) as there,
        ):
            copying.demand_empty(there, "the database that --to names is not empty; name an empty one")
            total = sum(copying.counts(here).values())
            with progress("copying and comparing", total * 2) as advance:
                rows = copying.copy_all(here, there, advance)
        nobody_runs(settings.database_url)
    except CopyRefused as refused:
        raise CommandFailed(str(refused)) from None
    click.echo(f"{sum(rows.values())} rows of {len(rows)} tables copied, and each compared.")
    click.echo("Now set KEEPWELL_DATABASE_URL to the new database, and KEEPWELL_SECRET_KEY to the same key as before.")
