"""Messages are found by what they are about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    where = sa.text("receipt IS NOT NULL")
    op.create_index("ix_outbox_receipt", "outbox", ["receipt", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Go one version down."""
    op.drop_index("ix_outbox_receipt", "outbox")
