"""What a mentor lets a supervisor see."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("visibility", Json, nullable=True))


def downgrade() -> None:
    """Go one version down."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("visibility")
