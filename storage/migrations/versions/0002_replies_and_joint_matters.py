"""Answers to each request, who is responsible, joint matters, the last command of each account."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = ("responsible", "returns", "recused", "draft", "answers", "lawful_way", "representative")


def added() -> tuple[sa.Column[Any], ...]:
    """The new columns, with what existing cases have in them."""
    return (
        sa.Column("responsible", sa.String(32), nullable=False, server_default=""),
        sa.Column("returns", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("recused", tables.Json, nullable=False, server_default="[]"),
        sa.Column("draft", sa.Text(), nullable=False, server_default=""),
        sa.Column("answers", tables.Json, nullable=False, server_default="[]"),
        sa.Column("lawful_way", sa.String(32), nullable=False, server_default=""),
        sa.Column("representative", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def upgrade() -> None:
    for column in added():
        op.add_column("cases", column)
    op.execute("UPDATE cases SET responsible = department")
    joined = sa.text("merged_into <> ''")
    op.create_index("ix_cases_joined", "cases", ["merged_into", "id"], sqlite_where=joined, postgresql_where=joined)
    op.create_index(
        op.f("ix_cases_first_level_second_level_status_id"), "cases", ["first_level", "second_level", "status", "id"]
    )
    op.create_table(
        "undos",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("at", tables.AwareDateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", tables.Json, nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_undos")),
    )


def downgrade() -> None:
    op.drop_table("undos")
    op.drop_index(op.f("ix_cases_first_level_second_level_status_id"), "cases")
    op.drop_index("ix_cases_joined", "cases")
    for name in reversed(ADDED):
        op.drop_column("cases", name)
