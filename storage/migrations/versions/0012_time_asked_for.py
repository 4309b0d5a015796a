"""More time that was asked for and not decided stands on the case, so that it can be listed and watched."""

import sqlalchemy as sa
from alembic import op

from storage.sealed import SealedJson

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONGOING = ("accepted", "transferred", "in_progress", "scheduled", "reopened", "need_info")
cases = sa.table(
    "cases", sa.column("number"), sa.column("status"), sa.column("extended", sa.Boolean()), sa.column("wanted_days")
)
lines = sa.table(
    "case_events",
    sa.column("id"),
    sa.column("number"),
    sa.column("action"),
    sa.column("data", SealedJson("case_events.data")),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("wanted_days", sa.Integer(), server_default="0", nullable=False))
    connection = op.get_bind()
    asked = (
        sa.select(lines.c.number, lines.c.data)
        .join(cases, cases.c.number == lines.c.number)
        .where(lines.c.action == "ask_extension", sa.not_(cases.c.extended), cases.c.status.in_(ONGOING))
        .order_by(lines.c.id)
    )
    for number, data in connection.execute(asked).all():
        connection.execute(cases.update().where(cases.c.number == number).values(wanted_days=int(data["days"])))


def downgrade() -> None:
    op.drop_column("cases", "wanted_days")
