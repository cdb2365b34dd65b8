"""`keepwell run` and `keepwell demo`."""

import asyncio

import click
import structlog

from app.errors import CommandFailed
from app.logs import set_up_logs
from app.settings import Settings, load_settings
from storage import revision
from storage.database import SchemaMissing

log = structlog.get_logger(__name__)


def ready_database(settings: Settings) -> None:
    """Migrate SQLite; demand that PostgreSQL was migrated, because replicas must not race for it.

    A newer database is fine for as long as its migrations let this version read it: an update is under way.
    """
    current, needed = revision.current(settings.database_url), revision.needed()
    if current == needed:
        return
    if current is not None and current > needed:
        if revision.oldest_reader(settings.database_url) > needed:
            raise CommandFailed(f"the database is at version {current}, too new for this Keepwell: start the newer one")
        log.warning("the database is newer", action="database_newer", database=current, program=needed)
        return
    if not settings.is_sqlite:
        raise SchemaMissing("run `keepwell migrate`")
    from storage import migrate  # only here: every start would wait for it, and keep it in memory

    migrate.upgrade(settings.database_url)


@click.command()
@click.option("--demo-without-token", is_flag=True, help="Without a token, start a Telegram on this machine too.")
@click.pass_context
def run(ctx: click.Context, demo_without_token: bool) -> None:
    """Run the service until it is told to stop (SIGTERM, Ctrl-C)."""
    settings = load_settings()
    if settings.telegram_token is None and demo_without_token:
        ctx.invoke(demo)
        return
    from app.service import Service

    set_up_logs(settings.log_level)
    ready_database(settings)
    asyncio.run(Service(settings).run())


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port of the page with the phones; 0 takes a free one.")
def demo(port: int) -> None:
    """Run the service with a Telegram on this machine: a page with phones, and no token."""
    from app.demo import run_demo

    asyncio.run(run_demo(port))
