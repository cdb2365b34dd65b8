"""`keepwell migrate`."""

import click

from app.settings import load_settings
from storage import migrate as migrations


@click.command()
def migrate() -> None:
    """Bring the database to this version. Does nothing when it is there already."""
    settings = load_settings()
    before = migrations.current(settings.database_url)
    migrations.upgrade(settings.database_url)
    after = migrations.current(settings.database_url)
    if before == after:
        click.echo(f"The database is at version {after} already.")
    else:
        click.echo(f"The database went from {before or 'empty'} to version {after}.")
