"""Staff accounts, the chat identities bound to them, and one-time links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.case import Role
from storage.prepared import Prepared, dialect_insert
from storage.tables import staff, staff_bindings, staff_links


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """One member of staff: what they are called, where they work, what they may do."""

    account: str
    name: str
    department: str
    roles: frozenset[Role]
    active: bool = True


HOLDS = or_(staff_bindings.c.expires_at.is_(None), staff_bindings.c.expires_at > bindparam("now"))
"""A binding that has not ended."""
_people = (
    select(staff_bindings.c.address, staff).join(staff).where(staff.c.active, HOLDS).order_by(staff_bindings.c.bound_at)
)
PEOPLE = Prepared(lambda _: _people)
PEOPLE_THERE = Prepared(lambda _: _people.where(staff.c.department == bindparam("b_department")))
ADDRESSES = Prepared(
    lambda _: (
        select(staff_bindings.c.address)
        .join(staff)
        .where(staff.c.active, HOLDS, staff_bindings.c.account == bindparam("b_account"))
        .order_by(staff_bindings.c.bound_at.desc())
    )
)
THEIRS = staff_bindings.c.address == bindparam("b_address")
AT = Prepared(lambda _: select(staff).join(staff_bindings).where(staff.c.active, HOLDS, THEIRS))
"""Statements that are always the same: built once, filled in each time."""


def token_hash(token: str) -> str:
    """What is kept of a one-time token (SHA-256, hex)."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class StaffStore:
    """Staff within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, account: StaffAccount, now: datetime) -> None:
        """Add an account or change it."""
        values = {
            "name": account.name,
            "department": account.department,
            "roles": sorted(role.value for role in account.roles),
            "active": account.active,
        }
        statement = dialect_insert(self._connection, staff).values(account=account.account, created_at=now, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=[staff.c.account], set_=values))

    async def get(self, account: str) -> StaffAccount | None:
        """The account, active or not."""
        row = (await self._connection.execute(select(staff).where(staff.c.account == account))).first()
        return _account(row) if row else None

    async def all(self) -> Sequence[StaffAccount]:
        """Every account, by name."""
        rows = await self._connection.execute(select(staff).order_by(staff.c.account))
        return [_account(row) for row in rows]

    async def at(self, address: str, now: datetime) -> StaffAccount | None:
        """The active account that is bound to a chat identity, while the binding holds."""
        row = await AT.first(self._connection, now=now, b_address=address)
        return _account(row) if row else None

    async def addresses(self, account: str, now: datetime) -> Sequence[str]:
        """The chat identities that are bound to an active account now, the newest first."""
        return [row.address for row in await ADDRESSES.rows(self._connection, now=now, b_account=account)]

    async def members(self, department: str | None, roles: frozenset[Role], now: datetime) -> Sequence[str]:
        """The chat identities of active staff with one of `roles`, in a department or (None) in all."""
        return [address for address, _ in await self.people(department, roles, now)]

    async def people(
        self, department: str | None, roles: frozenset[Role], now: datetime
    ) -> Sequence[tuple[str, StaffAccount]]:
        """Active staff with one of `roles`, in a department or (None) in all, with the chat identities they have."""
        if department is None:
            rows = await PEOPLE.rows(self._connection, now=now)
        else:
            rows = await PEOPLE_THERE.rows(self._connection, now=now, b_department=department)
        found = [(str(row.address), _account(row)) for row in rows]
        return [(address, person) for address, person in found if roles & person.roles]

    async def bind(self, address: str, account: str, now: datetime, until: datetime | None = None) -> None:
        """Bind a chat identity to an account, for ever or until then; an identity has one account."""
        values = {"account": account, "bound_at": now, "expires_at": until}
        statement = dialect_insert(self._connection, staff_bindings).values(address=address, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[staff_bindings.c.address], set_=values)
        )

    async def ever_bound(self, address: str) -> bool:
        """Whether a chat identity was ever bound to an account, also one that is switched off by now."""
        statement = select(staff_bindings.c.account).where(staff_bindings.c.address == address)
        return (await self._connection.execute(statement)).first() is not None

    async def end(self, address: str, now: datetime) -> None:
        """The binding of a chat identity ends now; what was said there stays its own."""
        statement = update(staff_bindings).where(staff_bindings.c.address == address)
        await self._connection.execute(statement.values(expires_at=now))

    async def unbind(self, address: str) -> bool:
        """Take a chat identity off its account; whether there was one."""
        statement = delete(staff_bindings).where(staff_bindings.c.address == address)
        return bool((await self._connection.execute(statement)).rowcount)

    async def end_all(self, account: str, now: datetime) -> int:
        """End every binding of an account, and its links; how many chat identities it had."""
        await self._connection.execute(delete(staff_links).where(staff_links.c.account == account))
        ended = update(staff_bindings).where(staff_bindings.c.account == account).values(expires_at=now)
        return (await self._connection.execute(ended)).rowcount

    async def add_link(self, token: str, account: str, expires_at: datetime) -> None:
        """Keep a one-time link (only its hash)."""
        await self._connection.execute(
            staff_links.insert().values(token_hash=token_hash(token), account=account, expires_at=expires_at)
        )

    async def has_link(self, token: str, now: datetime) -> bool:
        """Whether a one-time link could be used now; looking does not use it up."""
        statement = select(staff_links.c.account).where(*_usable(token, now))
        return (await self._connection.execute(statement)).first() is not None

    async def use_link(self, token: str, now: datetime) -> str | None:
        """Use a one-time link up; the account it is for, or None when it is unknown, used or too old."""
        statement = update(staff_links).where(*_usable(token, now)).values(used_at=now).returning(staff_links.c.account)
        account: str | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return account


def _usable(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The link is this one, was not used and has not ended."""
    links = staff_links.c
    return links.token_hash == token_hash(token), links.used_at.is_(None), links.expires_at > now


def _account(row: Any) -> StaffAccount:
    roles = frozenset(Role(role) for role in row.roles)
    return StaffAccount(row.account, row.name, row.department, roles, row.active)
