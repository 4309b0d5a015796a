"""Messages that leave no row once they arrived, and conversations that are emptied after a while."""

import sqlalchemy as sa
from alembic import op

from storage.tables import AwareDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FLEETING = sa.text("fleeting_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("fleeting", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("conversations", sa.Column("fleeting_until", AwareDateTime(timezone=True), nullable=True))
    columns = ["fleeting_until"]
    op.create_index(
        "ix_conversations_fleeting", "conversations", columns, sqlite_where=FLEETING, postgresql_where=FLEETING
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_fleeting", "conversations")
    op.drop_column("conversations", "fleeting_until")
    op.drop_column("outbox", "fleeting")
