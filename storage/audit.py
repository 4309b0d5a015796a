"""The audit log: who of the staff saw, did, exported or was refused what, and why. Append-only and chained.

Each line carries a number without gaps and a code over the line before it and itself (HMAC-SHA-256, RFC 2104, with a
key of its own); the head says how long the chain is. A changed, removed or inserted line, also at the end, is found by
`verify`; who has the database but not the keys cannot make the chain whole again. Never personal data.

Lines wait until the unit of work ends and are chained last, so that nobody holds the chain's end while working.
"""

import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared
from storage.sealed import sealer_of
from storage.tables import audit, audit_head

FIRST = ""
HEAD = Prepared(lambda _: select(audit_head.c.seq, audit_head.c.mac).with_for_update())
ADD = Prepared(lambda _: audit.insert())
MOVE = Prepared(
    lambda _: update(audit_head).values(seq=bindparam("to_seq"), mac=bindparam("to_mac"), seal=bindparam("to_seal"))
)
PAGE = 2000


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did or tried what; `outcome` is ``allowed``, ``refused`` or ``failed``. Never personal data."""

    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str
    reason: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain does not hold: ``changed``, ``missing`` or ``inserted`` at a line, or a wrong ``end``."""

    seq: int
    what: str


class AuditStore:
    """The log within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._key = sealer_of(connection.dialect).audit_key
        self._waiting: list[AuditLine] = []

    def log(self, line: AuditLine) -> None:
        """Add a line; it is written when the unit of work ends."""
        self._waiting.append(line)

    async def flush(self) -> None:
        """Chain and write what waits; of concurrent transactions one at a time."""
        if not self._waiting:
            return
        seq, mac = await HEAD.first(self._connection)
        for line in self._waiting:
            seq += 1
            mac = code(self._key, mac, seq, line)
            await ADD.run(self._connection, **_row(line), seq=seq, mac=mac)
        await MOVE.run(self._connection, to_seq=seq, to_mac=mac, to_seal=seal(self._key, seq, mac))
        self._waiting.clear()

    async def newest(self, action: str = "", subject: str = "", limit: int = 100) -> Sequence[AuditLine]:
        """The newest lines, of one action or about one case where it is given."""
        await self.flush()
        statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if action:
            statement = statement.where(audit.c.action == action)
        if subject:
            statement = statement.where(audit.c.subject == subject)
        return [_line(row) for row in (await self._connection.execute(statement)).mappings()]

    async def last_subject(self, actor: str, action: str, since: datetime) -> str:
        """What somebody last did that to, since then; empty where they did not."""
        await self.flush()
        theirs = (audit.c.at >= since, audit.c.actor == actor, audit.c.action == action, audit.c.outcome == "allowed")
        statement = select(audit.c.subject).where(*theirs).order_by(audit.c.id.desc()).limit(1)
        return str((await self._connection.execute(statement)).scalar_one_or_none() or "")

    async def head(self) -> tuple[int, str]:
        """How long the chain is, and its last code: noted elsewhere, it proves that nothing was rolled back."""
        row = (await self._connection.execute(select(audit_head.c.seq, audit_head.c.mac))).one()
        return row.seq, row.mac

    async def holds(self, seq: int, mac: str) -> bool:
        """Whether the line with that number still has that code: nothing was rolled back behind it."""
        kept = (await self._connection.execute(select(audit.c.mac).where(audit.c.seq == seq))).scalar_one_or_none()
        return kept is not None and hmac.compare_digest(kept.encode(), mac.encode())

    async def verify(self) -> AsyncIterator[Fault]:
        """Every place where the chain does not hold; nothing when all is well."""
        mac, expected = FIRST, 1
        async for row in self._rows():
            if row["seq"] != expected:
                yield Fault(expected, "missing" if row["seq"] > expected else "inserted")
            elif code(self._key, mac, row["seq"], _line(row)) != row["mac"]:
                yield Fault(row["seq"], "changed")
            mac, expected = row["mac"], row["seq"] + 1
        kept = (await self._connection.execute(select(audit_head))).mappings().first()
        if kept is None or kept["seq"] != expected - 1 or kept["mac"] != mac or not _sealed(self._key, kept):
            yield Fault(expected, "end")

    async def _rows(self) -> AsyncIterator[Any]:
        last = 0
        while True:
            statement = select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(PAGE)
            rows = (await self._connection.execute(statement)).mappings().all()
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            last = rows[-1]["id"]


def code(key: bytes, before: str, seq: int, line: AuditLine) -> str:
    """The code of a line that follows the line with the code `before`."""
    at = line.at.astimezone(UTC).isoformat()
    parts = [before, seq, at, line.actor, line.action, line.subject, line.outcome, line.reason, line.data]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def seal(key: bytes, seq: int, mac: str) -> str:
    """The code of the chain's end."""
    return hmac.new(key, f"end {seq} {mac}".encode(), sha256).hexdigest()


def _sealed(key: bytes, kept: Any) -> bool:
    return kept["seq"] == 0 or hmac.compare_digest(seal(key, kept["seq"], kept["mac"]), kept["seal"])


def _row(line: AuditLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in AuditLine.__slots__}


def _line(row: Any) -> AuditLine:
    return AuditLine(**{name: row[name] for name in AuditLine.__slots__})
