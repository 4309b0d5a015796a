"""What the doors remember: other programs' keys (only their hashes), and tallies of what must not go on without end.

Tallies (wrong guesses, filings of one network) stand under keyed tokens and are dropped within a day: nobody can be
named from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared, dialect_insert, insert_on
from storage.sealed import sealer_of
from storage.tables import api_keys, tallies


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key: its name, what it may do, until when."""

    name: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None


TALLIED = Prepared(
    lambda _: select(func.coalesce(func.sum(tallies.c.count), 0)).where(
        tallies.c.bucket == bindparam("b_bucket"), tallies.c.at >= bindparam("since")
    )
)


def _tally(dialect: str) -> Any:
    more = {"count": tallies.c.count + 1}
    return insert_on(dialect, tallies).on_conflict_do_update(index_elements=[tallies.c.bucket, tallies.c.at], set_=more)


TALLY = Prepared(_tally)


class DoorStore:
    """Keys and tallies within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sealer = sealer_of(connection.dialect)

    async def add_key(
        self, name: str, token: str, scopes: frozenset[str], now: datetime, until: datetime | None
    ) -> bool:
        """Keep a new key (only its hash: 256 random bits need no slow one); False when the name is taken."""
        statement = dialect_insert(self._connection, api_keys).values(
            name=name, token_hash=hashed(token), scopes=sorted(scopes), created_at=now, expires_at=until
        )
        return bool((await self._connection.execute(statement.on_conflict_do_nothing())).rowcount)

    async def revoke_key(self, name: str, now: datetime) -> bool:
        """From now on it opens nothing; whether there was one."""
        statement = update(api_keys).where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
        return bool((await self._connection.execute(statement.values(revoked_at=now))).rowcount)

    async def keys(self) -> Sequence[ApiKey]:
        """Every key, by name."""
        rows = (await self._connection.execute(select(api_keys).order_by(api_keys.c.name))).all()
        return [ApiKey(r.name, frozenset(r.scopes), r.created_at, r.expires_at, r.revoked_at) for r in rows]

    async def key(self, token: str, now: datetime) -> ApiKey | None:
        """The key that a token is, while it holds."""
        statement = select(api_keys).where(
            api_keys.c.token_hash == hashed(token),
            api_keys.c.revoked_at.is_(None),
            or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now),
        )
        row = (await self._connection.execute(statement)).first()
        return ApiKey(row.name, frozenset(row.scopes), row.created_at, row.expires_at) if row else None

    async def tallied(self, bucket: str, since: datetime) -> int:
        """How much a bucket has had since then."""
        return int(await TALLIED.value(self._connection, b_bucket=self._token(bucket), since=since))

    async def tally(self, bucket: str, now: datetime) -> None:
        """One more, counted by the minute."""
        minute = now.replace(second=0, microsecond=0)
        await TALLY.run(self._connection, bucket=self._token(bucket), at=minute, count=1)

    async def forget_tallies(self, before: datetime) -> int:
        """Drop what is older; returns how many rows."""
        return (await self._connection.execute(delete(tallies).where(tallies.c.at < before))).rowcount

    def _token(self, bucket: str) -> str:
        return self._sealer.token(bucket)


def hashed(token: str) -> str:
    """What is kept of a program's key (SHA-256, hex)."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


KEPT = timedelta(hours=24)
"""How long tallies stand."""
