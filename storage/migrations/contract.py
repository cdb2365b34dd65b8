"""For migrations that take something away: which versions of the program can no longer read the database."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime


def cannot_be_read_before(revision: str) -> None:
    """Say that a program that needs less than this revision must not start on the database any more.

    A migration that drops or renames calls it with the revision of the release before, which stopped to use that.
    """
    facts = sa.table("facts", sa.column("key"), sa.column("value"), sa.column("at", UtcDateTime()))
    op.execute(facts.delete().where(facts.c.key == "oldest_reader"))
    op.execute(facts.insert().values(key="oldest_reader", value=revision, at=datetime.now(UTC)))
