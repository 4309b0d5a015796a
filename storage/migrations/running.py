"""Alembic, run on a connection that somebody else holds; imported only when a migration is missing."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.migrate import FOLDER


def config(connection: Connection) -> Config:
    """Alembic's configuration for this connection."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, to: str = "head") -> None:
    """To a revision, the newest by default."""
    command.upgrade(config(connection), to)


def downgrade(connection: Connection) -> None:
    """Back to nothing."""
    command.downgrade(config(connection), "base")
