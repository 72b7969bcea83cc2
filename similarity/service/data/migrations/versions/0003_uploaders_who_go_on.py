"""Notices that were manifestly founded, and what was done about their uploaders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column of notices, and a table like that of senders."""
    op.add_column("notices", sa.Column("is_founded", sa.Boolean(), nullable=True))
    op.create_table(
        "uploader_measures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=False),
        sa.Column("uploader_sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counted_json", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_utc", sa.String(length=32), nullable=False),
        sa.Column("made_seconds", sa.Float(), nullable=False),
        sa.Column("until_seconds", sa.Float(), nullable=True),
        sa.Column("ended_utc", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_uploader_measures_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploader_measures")),
    )
    op.create_index("ix_uploader_measures", "uploader_measures", ["tenant_id", "uploader_sha256"])
