"""Personal data are sealed; a phone number is found by its blind index."""

import sqlalchemy as sa
from alembic import op

from storage.resealing import reseal
from storage.sealed import Json, sealer_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LONGER = {
    "cases": ("query_code", "reporter", "phone"),
    "case_events": ("actor_id",),
    "conversations": ("address",),
    "inbox": ("address",),
    "outbox": ("recipient",),
    "chat_messages": ("address",),
    "attachments": ("owner",),
    "staff_bindings": ("address",),
    "documents": ("created_by",),
    "slots": ("booked_by",),
}
"""Columns whose sealed form is longer than they were declared; SQLite takes any length and keeps its declaration."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for table, columns in LONGER.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.Text())
    op.add_column("cases", sa.Column("phone_index", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("position", Json, nullable=True))
    keep_positions(connection)
    op.drop_column("cases", "latitude")
    op.drop_column("cases", "longitude")
    op.create_index(
        "ix_cases_phone_index",
        "cases",
        ["phone_index"],
        sqlite_where=sa.text("phone_index <> ''"),
        postgresql_where=sa.text("phone_index <> ''"),
    )
    index_phones(connection)
    reseal(connection, first=True)


def keep_positions(connection: sa.Connection) -> None:
    """Latitude and longitude become one value."""
    rows = connection.execute(sa.text("SELECT id, latitude, longitude FROM cases WHERE latitude IS NOT NULL")).all()
    cases = sa.table("cases", sa.column("id"), sa.column("position", Json))
    for id, latitude, longitude in rows:
        connection.execute(sa.update(cases).where(cases.c.id == id).values(position=[latitude, longitude]))


def index_phones(connection: sa.Connection) -> None:
    """The tokens by which the phone numbers of older cases are found."""
    sealer = sealer_of(connection.dialect)
    rows = connection.execute(sa.text("SELECT id, phone FROM cases WHERE phone <> ''")).all()
    for id, phone in rows:
        values = {"id": id, "token": sealer.phone_index(phone)}
        connection.execute(sa.text("UPDATE cases SET phone_index = :token WHERE id = :id"), values)


def downgrade() -> None:
    """Empty tables only: what is sealed is not unsealed on the way back."""
    op.drop_index("ix_cases_phone_index", "cases")
    op.drop_column("cases", "position")
    op.drop_column("cases", "phone_index")
    op.add_column("cases", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("cases", sa.Column("longitude", sa.Float(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        lengths = {"query_code": 16, "phone": 64}
        for table, columns in LONGER.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.String(lengths.get(column, 200)))
