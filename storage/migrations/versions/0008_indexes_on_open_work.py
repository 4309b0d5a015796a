"""Indexes on open work, so that lists stay fast however large the register grows; those that nothing asks for go."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text(
    "status IN ('submitted', 'need_info', 'accepted', 'transferred', 'returned', 'in_progress', 'scheduled', "
    "'pending_review', 'replied', 'follow_up', 'reopened', 'review', 'recheck')"
)
CLOSED = sa.text("closed_at IS NOT NULL")
DUE = sa.text("coalesce(reply_by, decide_by)")
CASE_NOTICES = sa.text("case_number <> ''")


def upgrade() -> None:
    indexes: tuple[tuple[str, list[str | sa.TextClause], sa.TextClause | None], ...] = (
        ("ix_cases_open_due", [DUE, "id", "department", "status"], OPEN),
        ("ix_cases_open_department", ["department", DUE, "id", "status"], OPEN),
        ("ix_cases_open_matter", ["first_level", "second_level", "id"], OPEN),
        ("ix_cases_closed", ["closed_at", "status"], CLOSED),
        ("ix_cases_department_id", ["department", "id"], None),
    )
    for name, columns, where in indexes:
        op.create_index(name, "cases", columns, sqlite_where=where, postgresql_where=where)
    where = CASE_NOTICES
    op.create_index(
        "ix_outbox_case", "outbox", ["case_number", "created_at"], sqlite_where=where, postgresql_where=where
    )
    op.drop_index("ix_cases_status_reply_by", "cases")
    op.drop_index("ix_cases_first_level_second_level_status_id", "cases")


def downgrade() -> None:
    op.create_index(
        "ix_cases_first_level_second_level_status_id", "cases", ["first_level", "second_level", "status", "id"]
    )
    op.create_index("ix_cases_status_reply_by", "cases", ["status", "reply_by"])
    op.drop_index("ix_outbox_case", "outbox")
    for name in ("department_id", "closed", "open_matter", "open_department", "open_due"):
        op.drop_index(f"ix_cases_{name}", "cases")
