"""Home-visit timers, own days of a check-in, and questions as one message."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("back_at", UtcDateTime(), nullable=True),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("repeat_ms", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visits_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    some = sa.text("next_at IS NOT NULL")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index("ix_visits_person_started", ["person_id", "started_at"], unique=False)
        batch_op.create_index("ix_visits_due", ["next_at"], unique=False, sqlite_where=some, postgresql_where=some)
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pattern", sa.String(length=64), nullable=True))
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("one_message", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Go one version down."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("one_message")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_column("pattern")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index("ix_visits_due")
        batch_op.drop_index("ix_visits_person_started")
    op.drop_table("visits")
