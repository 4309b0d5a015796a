"""The audit log becomes a chain; programs' keys, tallies, sessions that end, cases whose people were erased."""

import sqlalchemy as sa
from alembic import op

from storage.audit import FIRST, AuditLine, code, seal
from storage.sealed import Json, sealer_of
from storage.tables import AwareDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = "erased_at IS NULL AND closed_at IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.add_column("audit", sa.Column("seq", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("mac", sa.String(length=64), nullable=True))
    chain(op.get_bind())
    with op.batch_alter_table("audit") as batch:
        batch.alter_column("seq", nullable=False)
        batch.alter_column("mac", nullable=False)
        batch.create_unique_constraint(op.f("uq_audit_seq"), ["seq"])
        batch.create_index(op.f("ix_audit_subject_id"), ["subject", "id"])
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", AwareDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", AwareDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_keys_token_hash")),
    )
    op.create_table(
        "tallies",
        sa.Column("bucket", sa.String(length=32), nullable=False),
        sa.Column("at", AwareDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "at", name=op.f("pk_tallies")),
    )
    op.create_index(op.f("ix_tallies_at"), "tallies", ["at"])
    op.add_column("staff_bindings", sa.Column("expires_at", AwareDateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("erased_at", AwareDateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_kept", "cases", ["closed_at"], sqlite_where=sa.text(KEPT), postgresql_where=sa.text(KEPT))


def chain(connection: sa.Connection) -> None:
    """Older lines get their codes; an address in them gives way to its channel."""
    key = sealer_of(connection.dialect).audit_key
    audit = sa.table(
        "audit",
        *(sa.column(name) for name in ("id", "actor", "action", "subject", "outcome", "reason", "seq", "mac")),
        sa.column("at", AwareDateTime()),
        sa.column("data", Json),
    )
    seq, mac = 0, FIRST
    for row in connection.execute(sa.select(audit).order_by(audit.c.id)).all():
        subject = row.subject.partition(":")[0] if row.action == "bind" else row.subject
        seq += 1
        mac = code(
            key, mac, seq, AuditLine(row.at, row.actor, row.action, subject, row.outcome, row.reason, dict(row.data))
        )
        connection.execute(sa.update(audit).where(audit.c.id == row.id).values(seq=seq, mac=mac, subject=subject))
    head = sa.table("audit_head", *(sa.column(name) for name in ("id", "seq", "mac", "seal")))
    connection.execute(sa.insert(head).values(id=1, seq=seq, mac=mac, seal=seal(key, seq, mac)))


def downgrade() -> None:
    op.drop_index("ix_cases_kept", "cases")
    op.drop_column("cases", "erased_at")
    op.drop_column("staff_bindings", "expires_at")
    op.drop_table("tallies")
    op.drop_table("api_keys")
    with op.batch_alter_table("audit") as batch:
        batch.drop_index(op.f("ix_audit_subject_id"))
        batch.drop_constraint(op.f("uq_audit_seq"), type_="unique")
        batch.drop_column("mac")
        batch.drop_column("seq")
    op.drop_table("audit_head")
