"""The ladder of deadlines, exclusions from the rates, daily reports."""

import sqlalchemy as sa
from alembic import op

from storage.tables import AwareDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED = ("asked_at", "delivered_at", "reviewed_at", "watch_at", "climbed_at")


def upgrade() -> None:
    for name in ADDED:
        op.add_column("cases", sa.Column(name, AwareDateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE cases SET delivered_at = replied_at, climbed_at = filed_at, watch_at = filed_at WHERE closed_at IS NULL"
    )
    watched = sa.text("watch_at IS NOT NULL")
    op.create_index("ix_cases_watched", "cases", ["watch_at"], sqlite_where=watched, postgresql_where=watched)
    op.create_index(op.f("ix_case_events_at"), "case_events", ["at"])
    op.create_table(
        "ladder_steps",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("due", AwareDateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["cases.number"], name=op.f("fk_ladder_steps_number")),
        sa.PrimaryKeyConstraint("number", "clock", "due", "name", name=op.f("pk_ladder_steps")),
    )
    op.create_table(
        "exclusions",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", AwareDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["cases.number"], name=op.f("fk_exclusions_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exclusions")),
    )
    op.create_table(
        "daily_reports",
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("at", AwareDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_reports")),
    )


def downgrade() -> None:
    for table in ("daily_reports", "exclusions", "ladder_steps"):
        op.drop_table(table)
    op.drop_index(op.f("ix_case_events_at"), "case_events")
    op.drop_index("ix_cases_watched", "cases")
    for name in reversed(ADDED):
        op.drop_column("cases", name)
