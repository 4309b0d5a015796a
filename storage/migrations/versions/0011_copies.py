"""Files with everything about somebody are known as copies by their kind, as exports are."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MY_DATA = "media_type = 'application/vnd.jiesu.mydata+json'"


def upgrade() -> None:
    op.execute(f"UPDATE attachments SET kind = 'copy' WHERE {MY_DATA}")


def downgrade() -> None:
    op.execute("UPDATE attachments SET kind = 'document' WHERE kind = 'copy'")
