"""Invite links that did not work."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "invite_guesses",
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invite_guesses")),
    )
    with op.batch_alter_table("invite_guesses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invite_guesses_since"), ["since"], unique=False)


def downgrade() -> None:
    """Go one version down."""
    with op.batch_alter_table("invite_guesses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invite_guesses_since"))
    op.drop_table("invite_guesses")
