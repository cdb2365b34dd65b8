"""`keepwell keys`: which secret keys are in use, and changing them."""

from datetime import datetime
from typing import Final

import click

from app.commands.moving import RUNNING_WITHIN, progress
from app.errors import CommandFailed
from app.keys import new_key, put_in_front
from app.settings import Settings, load_settings, secret_keys
from app.wiring import utc_now
from program.load import load_program
from storage import copying, rekeying
from storage.vault import Vault

UNKNOWN: Final = "a key that is not in the list"


@click.group()
def keys() -> None:
    """Show and change the secret keys. Keys are shown by a fingerprint, never themselves."""


@keys.command("list")
def list_() -> None:
    """Say how many names, notes, ids and messages are sealed with which key, the newest key first."""
    settings = load_settings()
    vault = Vault(secret_keys(settings))
    _demand_database(settings)
    for key, number in rekeying.usage(settings.database_url, vault).items():
        click.echo(f"{key or UNKNOWN}\t{number} values")


@keys.command()
@click.option("--new", is_flag=True, help="Make a new key first, and put it in front of the others.")
def rotate(new: bool) -> None:
    """Seal everything anew with the first key of KEEPWELL_SECRET_KEY, while the service runs.

    Services must know that key: after --new, start them again and call this once more. It may be interrupted, and goes
    on where it stopped. At the end it says when the older keys may go.
    """
    settings = load_settings()
    _demand_database(settings)
    if new:
        _add_key(settings)
        settings = load_settings()
    vault = Vault(secret_keys(settings))
    now = utc_now()
    if lacking := rekeying.lacking(settings.database_url, vault.fingerprints[0], now - RUNNING_WITHIN):
        raise CommandFailed(
            f"{len(lacking)} running services do not know the key {vault.fingerprints[0]} yet ({', '.join(lacking)});"
            " start them again, and then call `keepwell keys rotate`"
        )
    _reseal(settings, vault, now)


def _demand_database(settings: Settings) -> None:
    try:
        copying.demand_version(settings.database_url)
    except copying.CopyRefused as refused:
        raise CommandFailed(str(refused)) from None


def _add_key(settings: Settings) -> None:
    """Put a new key in front, unless the one in front has not been used for everything yet: two at once help nobody."""
    vault = Vault(secret_keys(settings))
    used = rekeying.usage(settings.database_url, vault)
    if any(number for key, number in used.items() if key != vault.fingerprints[0]):
        raise CommandFailed(
            "not everything is sealed with the first key yet: call `keepwell keys rotate` without --new"
        )
    place = put_in_front(settings, new_key())
    click.echo(f"A new key stands in front in {place}. Copy it to where you keep the key.")


def _reseal(settings: Settings, vault: Vault, now: datetime) -> None:
    with progress("sealing", rekeying.total(settings.database_url)) as advance:
        result = rekeying.reseal(settings.database_url, vault, advance)
    click.echo(f"{result.changed} rows were sealed anew with the key {vault.fingerprints[0]}.")
    if result.unreadable:
        tables = ", ".join(f"{number} in {name}" for name, number in result.unreadable.items())
        raise CommandFailed(f"rows are sealed with {UNKNOWN}: {tables}; put it back into the list, and call this again")
    if result.waiting:
        raise CommandFailed(f"{result.waiting} rows were busy all the time; call this again")
    click.echo("Nothing is sealed with an older key any more.")
    if older := vault.fingerprints[1:]:
        last = (now + load_program(settings.program).retention.backups).date()
        click.echo(
            f"Take {', '.join(older)} out of the list on {last}, not before: buttons that people have on their phones"
            " were signed with it, and backups made until today need it."
        )
