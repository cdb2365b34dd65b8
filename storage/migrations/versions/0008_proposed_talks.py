"""Talks that supervisors propose."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "meetings",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_meetings_alert_id_alerts")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_meetings_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_meetings_person_id_people")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Go one version down."""
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_person_id"))
    op.drop_table("meetings")
