"""Staff accounts: made by an admin or on the command line, bound to a chat identity by a one-time link."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from bot.staff.parsing import Expected
from bot.staff.speaking import Room, Said
from cases.casework import guarding
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES, Role
from cases.rules.city import named
from cases.rules.desk import DeskError
from storage.audit import AuditLine
from storage.staff import StaffAccount

ACCOUNT = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
LINK_LIFE = timedelta(hours=24)
SESSIONS = {"webchat": timedelta(days=7)}
"""Channels whose identities are sessions of a browser: a binding ends by itself."""
LINK_PREFIX = "bind_"


def new_link_token() -> str:
    """A one-time token: 192 random bits, safe in links and as a Telegram start parameter."""
    return secrets.token_urlsafe(24)


async def make_account(work: Work, account: str, name: str, department: str, roles: frozenset[Role]) -> StaffAccount:
    """Add or change an account; raise `DeskError` for a wrong department, role or name."""
    if not ACCOUNT.fullmatch(account):
        raise DeskError("staff.bad_account", account=account)
    if department not in work.city.departments:
        raise DeskError("refused.department", department=department)
    if not roles or not roles <= set(STAFF_ROLES):
        raise DeskError("staff.bad_roles", roles=" ".join(role.value for role in STAFF_ROLES))
    made = StaffAccount(account, name or account, department, roles)
    await work.unit.staff.put(made, work.now)
    return made


async def make_link(work: Work, account: str, token: str | None = None) -> str:
    """A one-time token for an account, valid for a day; raise `DeskError` for one that is unknown or off."""
    found = await work.unit.staff.get(account)
    if found is None or not found.active:
        raise DeskError("staff.unknown_account", account=account)
    token = token or new_link_token()
    await work.unit.staff.add_link(token, account, work.now + LINK_LIFE)
    return token


def read_roles(text: str) -> frozenset[Role]:
    """Roles as typed: ``handler,lead``; unknown ones are dropped, none at all is refused later."""
    known = {role.value: role for role in STAFF_ROLES}
    return frozenset(known[word] for word in re.split(r"[,\s]+", text) if word in known)


async def bound(work: Work, token: str, address: str, network: str) -> StaffAccount | None:
    """Bind the address to the account of a one-time token; None when the token is no good, or after too many such."""
    unit = work.unit
    if not await guarding.may_try_link(work, address, network):
        return None
    account = await unit.staff.use_link(token, work.now)
    kept = await unit.staff.get(account) if account else None
    found = kept if kept and kept.active else None
    outcome = "allowed" if found else "refused"
    channel = address.partition(":")[0]
    unit.audit.log(AuditLine(work.now, account or "stranger", "bind", channel, outcome, "", {}))
    if not found:
        await guarding.wrong_link(work, address, network)
    else:
        life = SESSIONS.get(channel)
        await unit.staff.bind(address, found.account, work.now, work.now + life if life else None)
    return found


class Accounts:
    """``/staff``: list, add, link, off, departments. Only admins change anything."""

    def __init__(self, link_text: Callable[[str], str]) -> None:
        self.link_text = link_text
        """Makes the address of a one-time token."""

    async def run(self, room: Room, rest: str) -> Said:
        """Do what is asked."""
        verb, _, words = rest.partition(" ")
        if verb == "departments":
            return Said(self._departments(room))
        room.desk.may("manage")
        match verb:
            case "" | "list":
                return await self._list(room)
            case "add":
                return await self._add(room, words.split())
            case "link":
                return await self._link(room, words.strip())
            case "off":
                return await self._off(room, words.strip())
        raise Expected

    def _departments(self, room: Room) -> str:
        city = room.desk.work.city
        return "\n".join(f"{code}  {named(each.names, room.cards.language)}" for code, each in city.departments.items())

    async def _list(self, room: Room) -> Said:
        lines = [room.cards.text("staff.accounts")]
        for each in await room.desk.work.unit.staff.all():
            state = "" if each.active else room.cards.text("staff.account_off")
            roles = " ".join(sorted(role.value for role in each.roles))
            lines.append(
                f"{each.account}  {each.name}  {room.cards.department(each.department)}  {roles} {state}".strip()
            )
        return Said("\n".join(lines))

    async def _add(self, room: Room, words: list[str]) -> Said:
        if len(words) < 3:
            raise Expected
        account, department, roles = words[:3]
        made = await make_account(room.desk.work, account, " ".join(words[3:]), department, read_roles(roles))
        self._log(room, "staff_add", made.account)
        return await self._link(room, made.account)

    async def _link(self, room: Room, account: str) -> Said:
        token = await make_link(room.desk.work, account)
        self._log(room, "staff_link", account)
        return Said(room.cards.text("staff.link", account=account, link=self.link_text(token), token=token))

    async def _off(self, room: Room, account: str) -> Said:
        found = await room.desk.work.unit.staff.get(account)
        if found is None:
            raise DeskError("staff.unknown_account", account=account)
        off = StaffAccount(found.account, found.name, found.department, found.roles, active=False)
        await room.desk.work.unit.staff.put(off, room.desk.work.now)
        await room.desk.work.unit.staff.end_all(found.account, room.desk.work.now)
        self._log(room, "staff_off", account)
        return Said(room.cards.text("staff.switched_off", account=account))

    def _log(self, room: Room, action: str, subject: str) -> None:
        desk = room.desk
        line = AuditLine(desk.work.now, desk.account.account, action, subject, "allowed", "", {})
        desk.work.unit.audit.log(line)
