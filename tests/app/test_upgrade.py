"""An update without standing still: the old version works on what the new one has expanded, and no further."""

import pytest
from sqlalchemy import insert, text

from app.commands.run import ready_database
from app.errors import CommandFailed
from app.settings import load_settings
from flows import upkeep
from flows.deps import Deps
from storage.copying import writing_to
from storage.revision import needed
from storage.tables_service import FactRow
from tests.app.conftest import Run
from tests.conftest import START, MovableClock
from tests.flows.world import SAM, World

EXPANDED = (
    "ALTER TABLE people ADD COLUMN of_tomorrow VARCHAR(20)",
    "ALTER TABLE alerts ADD COLUMN of_tomorrow INTEGER DEFAULT 3 NOT NULL",
    "CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9998'",
)


def expand(address: str) -> None:
    """Bring a database to a version of tomorrow, as a migration that only adds does."""
    with writing_to(address) as connection:
        for statement in EXPANDED:
            connection.execute(text(statement))


async def test_the_old_version_goes_on_while_the_new_one_has_expanded_the_tables(
    database: str, deps: Deps, clock: MovableClock
) -> None:
    expand(database)
    ready_database(load_settings())
    world = await World.joined(deps, clock)
    await world.asks_for_a_checkin()
    await world.answers(SAM, "4", "4", "4", "0", "today")
    assert len(await world.alerts(SAM)) == 1
    await upkeep.forget_old_data(deps, now=clock.forward(days=40))


def test_what_was_taken_away_stops_an_old_version_with_one_clear_line(run: Run, database: str) -> None:
    expand(database)
    refused = run("migrate")
    assert refused.exit_code == 1
    assert f"version 9998, newer than this Keepwell ({needed()})" in refused.output
    with writing_to(database) as connection:
        connection.execute(insert(FactRow).values(key="oldest_reader", value="9998", at=START))
    with pytest.raises(CommandFailed, match="too new for this Keepwell"):
        ready_database(load_settings())
