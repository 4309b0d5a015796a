"""A picture is shown without position and device; its original is kept sealed beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("original", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("attachments", "original")
