"""Limits that all processes keep together: for each bucket, from when on it takes the next message.

A bucket is one account at a platform (a bot's token) or one chat. Who takes a message's turn moves the moment on
(the generic cell rate algorithm, ITU-T I.371: one number for each bucket). The delivery takes as many turns at once as
it claims messages, in the claim's own transaction, so that the row is written some times a second and not once for
each message.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import dialect_insert
from storage.tables import paces


class PaceStore:
    """The buckets within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def free_at(self, bucket: str, now: datetime) -> datetime:
        """From when on the bucket takes the next message, not before `now`; held until the transaction ends."""
        new = dialect_insert(self._connection, paces).values(bucket=bucket, free_at=now)
        await self._connection.execute(new.on_conflict_do_nothing())
        held = select(paces.c.free_at).where(paces.c.bucket == bucket).with_for_update()
        found: datetime = (await self._connection.execute(held)).scalar_one()
        return max(found, now)

    async def hold_back(self, buckets: Sequence[str], until: datetime) -> None:
        """They take nothing before `until`; a later moment that stands already stays."""
        if not buckets:
            return
        new = dialect_insert(self._connection, paces)
        later = case((new.excluded.free_at > paces.c.free_at, new.excluded.free_at), else_=paces.c.free_at)
        statement = new.on_conflict_do_update(index_elements=[paces.c.bucket], set_={"free_at": later})
        rows = [{"bucket": bucket, "free_at": until} for bucket in sorted(set(buckets))]
        await self._connection.execute(statement, rows)

    async def forget(self, before: datetime) -> int:
        """Drop buckets that have been free since; returns how many."""
        return (await self._connection.execute(delete(paces).where(paces.c.free_at < before))).rowcount
