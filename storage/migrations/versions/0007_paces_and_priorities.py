"""What goes first in the outbox, what may have arrived already, and the limits that all processes keep together."""

import sqlalchemy as sa
from alembic import op

from storage.sealed import SealedAddress
from storage.tables import AwareDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DUE = sa.text("sent_at IS NULL AND dead_at IS NULL AND priority >= 0")
DEAD = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("bucket", SealedAddress(), nullable=False),
        sa.Column("free_at", AwareDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_paces")),
    )
    op.add_column("outbox", sa.Column("priority", sa.Integer(), server_default="1", nullable=False))
    op.add_column("outbox", sa.Column("unsure", sa.Boolean(), server_default=sa.false(), nullable=False))
    columns = ["channel", "priority", "not_before", "id"]
    op.create_index("ix_outbox_due", "outbox", columns, sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_outbox_dead", "outbox", ["id"], sqlite_where=DEAD, postgresql_where=DEAD)


def downgrade() -> None:
    op.drop_index("ix_outbox_dead", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_column("outbox", "unsure")
    op.drop_column("outbox", "priority")
    op.drop_table("paces")
