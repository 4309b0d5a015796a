"""An empty database gets its tables at once, as the migrations would have made them one after the other.

The first start waits for it, and the migrations take several times as long; that both make the same is what
`tests/storage/test_migrations.py` holds.
"""

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect

from storage.audit import FIRST, seal
from storage.sealed import sealer_of
from storage.tables import audit_head, metadata

_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as Alembic makes it."""


def is_fresh(connection: Connection) -> bool:
    """Whether nobody has made a table here yet."""
    return not inspect(connection).get_table_names()


def make(connection: Connection, revision: str) -> None:
    """Every table with what is in it from the beginning, as of the newest `revision`."""
    metadata.create_all(connection, checkfirst=False)
    begin_audit(connection)
    _VERSION.create(connection, checkfirst=False)
    connection.execute(_VERSION.insert().values(version_num=revision))


def begin_audit(connection: Connection) -> None:
    """The end of a log without lines."""
    code = seal(sealer_of(connection.dialect).audit_key, 0, FIRST)
    connection.execute(audit_head.insert().values(id=1, seq=0, mac=FIRST, seal=code))
