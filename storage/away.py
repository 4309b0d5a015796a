"""Whether a failure means that the database is away or keeps nothing at present, whoever met it."""

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

AWAY = ("08", "53", "57")
"""Classes of SQLSTATE (PostgreSQL's appendix A): connection, resources, an operator's hand."""


def is_away(error: BaseException) -> bool:
    """True for a server that cannot be reached, is starting or stopping, a full disk, a lock that nobody gave up.

    A driver's own errors come through unwrapped while SQLAlchemy connects, hence the look at their SQLSTATE.
    """
    if isinstance(error, ConnectionRefusedError) or (isinstance(error, FileNotFoundError) and error.filename is None):
        return True  # no port, no socket (a missing file would have its name here)
    if isinstance(error, (OperationalError, InterfaceError, NoConnection)):
        return True
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return isinstance(state, str) and state[:2] in AWAY
