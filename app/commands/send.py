"""`keepwell send`."""

import asyncio

import click

from app.errors import CommandFailed
from app.settings import load_settings
from app.wiring import opened
from flows import sending
from flows.sending import Outcome, SendRefused


@click.command()
@click.argument("checkin")
@click.option("--to", metavar="NAME", help="One mentor.")
@click.option("--team", metavar="NAME", help="All mentors of a team.")
@click.option("--even-if-away", is_flag=True, help="Also to people who are away.")
def send(checkin: str, to: str | None, team: str | None, even_if_away: bool) -> None:
    """Send CHECKIN (such as "pulse") now. The running service delivers it."""
    if (to is None) == (team is None):
        raise click.UsageError("name either one mentor (--to) or a team (--team)")
    outcomes = asyncio.run(_send(checkin, to, team, even_if_away))
    for outcome in outcomes:
        click.echo(f"{outcome.name}: {'sent' if outcome.sent else 'not sent, ' + outcome.why}", err=not outcome.sent)
    if not any(outcome.sent for outcome in outcomes):
        raise CommandFailed("nothing was sent")


async def _send(checkin: str, to: str | None, team: str | None, even_if_away: bool) -> list[Outcome]:
    async with opened(load_settings()) as deps:
        try:
            return await sending.send(deps, checkin, to=to, team=team, even_if_away=even_if_away)
        except SendRefused as error:
            raise CommandFailed(str(error)) from error
