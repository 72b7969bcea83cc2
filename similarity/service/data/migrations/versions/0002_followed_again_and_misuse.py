"""Since when a work that was quarantined is followed again; senders of unfounded notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns of works and notices, and a table of what was done about senders."""
    op.add_column("work_terms", sa.Column("followed_utc", sa.String(length=32), nullable=True))
    op.add_column("notices", sa.Column("sender_sha256", sa.String(length=64), nullable=True))
    op.add_column("notices", sa.Column("is_unfounded", sa.Boolean(), nullable=True))
    op.create_index("ix_notices_by_sender", "notices", ["tenant_id", "sender_sha256", "received_seconds"])
    op.create_table(
        "sender_measures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("sender_sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counted_json", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_utc", sa.String(length=32), nullable=False),
        sa.Column("made_seconds", sa.Float(), nullable=False),
        sa.Column("until_seconds", sa.Float(), nullable=True),
        sa.Column("ended_utc", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sender_measures_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_measures")),
    )
    op.create_index("ix_sender_measures", "sender_measures", ["tenant_id", "sender_sha256"])
