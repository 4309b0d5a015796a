"""Documents, reception slots and meetings, the library of typical cases."""

import sqlalchemy as sa
from alembic import op

from storage.tables import AwareDateTime, Json, Serial

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", AwareDateTime(timezone=True), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("pdf", sa.String(length=64), nullable=False),
        sa.Column("docx", sa.String(length=64), nullable=False),
        sa.Column("other", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_documents_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_case_number"), "documents", ["case_number"])
    op.create_table(
        "slots",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("begins_at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("booked_by", sa.String(length=200), nullable=False),
        sa.Column("reminded_at", AwareDateTime(timezone=True), nullable=True),
        sa.Column("minutes_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("host", "begins_at", name=op.f("uq_slots_host_begins_at")),
    )
    op.create_index(op.f("ix_slots_begins_at"), "slots", ["begins_at"])
    op.create_table(
        "meetings",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("people", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("minutes_text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_meetings_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_case_number"), "meetings", ["case_number"])
    op.create_table(
        "typical_cases",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("first_level", sa.String(length=64), nullable=False),
        sa.Column("second_level", sa.String(length=64), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", AwareDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_typical_cases")),
    )
    op.create_index(op.f("ix_typical_cases_first_level_second_level"), "typical_cases", ["first_level", "second_level"])


def downgrade() -> None:
    for table in ("typical_cases", "meetings", "slots", "documents"):
        op.drop_table(table)
