"""Since when a work that was quarantined is followed again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column."""
    op.add_column("work_terms", sa.Column("followed_utc", sa.String(length=32), nullable=True))
