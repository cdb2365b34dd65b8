"""Alerts that are told together, groups, messages that are opened, and words about what was done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat_sealed", sa.Text(), nullable=False),
        sa.Column("chat_index", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("title_sealed", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["linked_by"], ["people.id"], name=op.f("fk_groups_linked_by_people")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_groups_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_groups_chat_index"), ["chat_index"], unique=False)
    op.create_table(
        "outcome_notes",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_until", UtcDateTime(), nullable=True),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_outcome_notes_alert_id_alerts")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_outcome_notes_by_id_people")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_outcome_notes")),
    )
    with op.batch_alter_table("outcome_notes", schema=None) as batch_op:
        batch_op.create_index("ix_outcome_notes_by", ["by_id"], unique=False)
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contentless", sa.Boolean(), nullable=True))
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_alerts_joined_id"), ["joined_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_alerts_joined_id_alerts"), "alerts", ["joined_id"], ["id"])
    with op.batch_alter_table("alert_notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("opened_at", UtcDateTime(), nullable=True))
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_alert_notices_group_id_groups"), "groups", ["group_id"], ["id"])
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_outbox_group_id_groups"), "groups", ["group_id"], ["id"])


def downgrade() -> None:
    """Go one version down. Messages to groups have no place there."""
    op.execute("DELETE FROM alert_notices WHERE person_id IS NULL")
    op.execute("DELETE FROM outbox WHERE group_id IS NOT NULL")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_group_id_groups"), type_="foreignkey")
        batch_op.drop_column("group_id")
    with op.batch_alter_table("alert_notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_notices_group_id_groups"), type_="foreignkey")
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("opened_at")
        batch_op.drop_column("group_id")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alerts_joined_id_alerts"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_alerts_joined_id"))
        batch_op.drop_column("joined_id")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("contentless")
    with op.batch_alter_table("outcome_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_outcome_notes_by")
    op.drop_table("outcome_notes")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_groups_chat_index"))
    op.drop_table("groups")
