"""Every staff command against everybody: role, department, kind of case; the accused, who withdrew, who was switched
off, strangers. What `docs/commands.md` says of who may is the other side of the comparison.

Each pair runs through the real staff room, or through the whole turn where who types is no staff, in one transaction
that is taken back to where it was after every pair.
"""

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.accounts import make_account
from bot.staff.commands import COMMANDS
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES, Case, Kind, Reporter, Role
from cases.rules.city import City
from cases.rules.documents import Document, DocumentKind
from cases.rules.permissions import ACTS
from dialogs.engine import Engine
from dialogs.messages import Address, InboundMessage
from intents.understanding import understand
from storage.audit import AuditLine
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import Unit, unit_on, working
from tests.support.cases import a_case
from tests.support.clock import START, TestClock
from tests.support.office import Office

WHOLE = bool(os.environ.get("JIESU_WALK"))  # noqa: TID251  (tests have no settings)
"""Walk every account that is none any more too; `make fuzz` does."""
ALL = frozenset(STAFF_ROLES)
SECRET = "暗号九五二七"
LEADING = frozenset({Role.LEAD, Role.SUPERVISOR})
DESK = LEADING | {Role.HANDLER}
ORDINARY, REPORT = "XF20261123-000001-8", "XF20261123-000002-6"
PARTNER = {ORDINARY: "XF20261123-000003-4", REPORT: "XF20261123-000004-2"}
DRAFT = {ORDINARY: "draftaaa", REPORT: "draftbbb"}


@dataclass(frozen=True)
class Call:
    """A command as somebody types it; `who` may. `{n}` is a case, `{m}` another one, `{d}` a draft of a document."""

    command: str
    rest: str
    who: frozenset[Role]

    @property
    def about(self) -> bool:
        """Whether it names a case."""
        return "{n}" in self.rest or "{d}" in self.rest


RESTS = {
    "inbox": "", "due": "", "dead": "", "case": "{n}", "find": SECRET, "accept": "{n}", "decline": "{n} 理由", "redirect": "{n} 法院",
    "assign": "{n} cgj", "return": "{n} 理由", "keep": "{n} 理由", "recuse": "{n} 理由", "lead": "{n} handler-sthj",
    "sign": "{n}", "note": "{n} 备注", "progress": "{n} 进展", "ask": "{n} 几点？", "reply": "{n} 已办", "answer": "{n} 1 支持",
    "send": "{n}", "outcome": "{n} 1 supported", "approve": "{n}", "sendback": "{n} 太短", "extend": "{n} 5 检测",
    "grant": "{n}", "deny": "{n} 理由", "review": "{n} uphold 理由", "letter": "{n} accepted", "issue": "{d}", "void": "{d}", "letters": "{n}",
    "print": "{d}", "reception": "", "consult": "{n} 2026-12-01 9:00 三楼 x", "hearing": "{n} 2026-12-01 9:00 三楼 x",
    "mediate": "{n} 调解室", "minutes": "{n} 纪要", "typical": "{n}", "similar": "{n}", "rates": "", "exclude": "{n} 理由",
    "include": "{n}", "duty": "", "audit": "{n}", "classify": "{n} 0401", "merge": "{n} {m}", "split": "{n}", "joint": "{n}",
    "represent": "{n}", "undo": "", "close": "{n}", "reopen": "{n} 理由", "export": "csv", "report": "week",
    "staff": "departments", "help": "", "schedule": "{n} 周三检测", "helper": "{n} gaj", "callback": "{n} 还吵吗？",
    "supervise": "{n} 三日内办理", "files": "{n}", "original": "{n} 1 核对拍摄地点",
}  # fmt: skip
PARTS = (
    Call("staff", "list", frozenset({Role.ADMIN})),
    Call("staff", "add mallory xfj supervisor", frozenset({Role.ADMIN})),
    Call("staff", "link handler-sthj", frozenset({Role.ADMIN})),
    Call("staff", "off handler-sthj", frozenset({Role.ADMIN})),
    Call("letter", "{n} supervision 催办", LEADING),
    Call("typical", "{n} off", LEADING),
    Call("reception", "2026-12-01 9:00-10:00 30 host 302", LEADING),
    Call("export", "csv unmasked reason: audit", frozenset({Role.EXPORTER, Role.ADMIN})),
)
"""Parts of commands that need more, or less, than the command."""


def written(page: str) -> Mapping[str, frozenset[Role]]:
    """Who may do what as `docs/commands.md` says it."""
    found: dict[str, frozenset[Role]] = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.replace("\\|", "/").strip("|").split("|")]
        if line.startswith("| `/") and len(cells) == 3:
            found |= dict.fromkeys(re.findall(r"`/(\w+)", cells[0]), _roles(cells[2]))
    return found


def _roles(cell: str) -> frozenset[Role]:
    named = frozenset(role for role in ALL if role.value in cell)
    if cell.startswith("all but"):
        return ALL - named
    return ALL if cell.startswith("all") else named


WRITTEN = written((Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8"))
CALLS = (*(Call(name, rest, WRITTEN.get(name, frozenset())) for name, rest in RESTS.items()), *PARTS)


@dataclass(frozen=True)
class Somebody:
    """Who types. `sees`: the cases they may see; `staff`: whether they are any right now."""

    name: str
    roles: frozenset[Role]
    department: str
    sees: frozenset[str]
    staff: bool = True
    label: str = ""


def sight(role: Role, department: str) -> frozenset[str]:
    """What a role sees, written down by hand: the ordinary case is the environment bureau's with the housing bureau's
    help, the 举报 is about the transport bureau and with the discipline inspectors.
    """
    if role is Role.SUPERVISOR:
        return frozenset({ORDINARY} if department == "jtj" else {ORDINARY, REPORT})
    if role is Role.ADMIN:
        return frozenset({ORDINARY})
    return {"sthj": frozenset({ORDINARY}), "zjj": frozenset({ORDINARY}), "jwjw": frozenset({REPORT})}.get(
        department, frozenset()
    )


STAFF = tuple(
    Somebody(f"{role}-{department}", frozenset({role}), department, sight(role, department))
    for role in sorted(ALL)
    for department in ("sthj", "zjj", "cgj", "jtj", "jwjw")
)
BARRED = (
    Somebody("withdrew", DESK, "sthj", frozenset()),
    Somebody("named", frozenset({Role.SUPERVISOR}), "xfj", frozenset({ORDINARY}), label="陈科长"),
)
NOBODY = (
    *(Somebody(f"off-{role}", frozenset({role}), "sthj", frozenset(), staff=False) for role in sorted(ALL)),
    *(Somebody(f"ended-{role}", frozenset({role}), "sthj", frozenset(), staff=False) for role in sorted(ALL)),
    Somebody("stranger", frozenset(), "", frozenset(), staff=False),
)
EVERYBODY = (*STAFF, *BARRED, *NOBODY)


@dataclass
class Tried:
    """What came of one pair."""

    said: str
    lines: Sequence[AuditLine]
    changed: bool

    @property
    def refused(self) -> set[str]:
        """Why it was refused."""
        return {line.reason for line in self.lines if line.outcome == "refused"}


class Walk:
    """Runs pairs on one connection."""

    def __init__(self, office: Office, connection: AsyncConnection) -> None:
        self.office = office
        self.connection = connection
        self._accounts: dict[str, StaffAccount | None] = {}

    async def tries(self, who: Somebody, call: Call, number: str) -> Tried:
        """One pair, and everything as before afterwards."""
        unit = unit_on(self.connection)
        writes = not who.staff or (who.roles & call.who and (number in who.sees or not call.about))
        text = f"/{call.command} {call.rest.format(n=number, m=PARTNER[number], d=DRAFT[number])}"
        message = InboundMessage(Address("terminal", who.name), "u", START, text.strip())
        account = await self._account(unit, who)
        if writes:
            await self.connection.exec_driver_sql("SAVEPOINT pair")
        if account:
            work = Work(unit, self.office.city, START)
            answers = await self.office.turns.staff.command(work, account, message, "zh") or ()
        else:
            kept = await unit.conversations.peek(str(message.address))
            answers = await self.office.turns._answers(unit, message, kept, START, understand)
        changed = await self.changed() if not who.staff else False
        if writes:
            await self.connection.exec_driver_sql("ROLLBACK TO pair")
        return Tried("\n".join(answer.text for answer in answers), tuple(unit.audit._waiting), changed)

    async def _account(self, unit: Unit, who: Somebody) -> StaffAccount | None:
        if who.name not in self._accounts:
            self._accounts[who.name] = await unit.staff.at(f"terminal:{who.name}", START)
        return self._accounts[who.name]

    async def changed(self) -> bool:
        """Whether any case is not as it was."""
        versions = (await self.connection.exec_driver_sql("SELECT count(*), sum(version) FROM cases")).one()
        return tuple(versions) != (4, 4)


@pytest.fixture
async def walk(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> AsyncIterator[Walk]:
    """An office with everybody in it, and a transaction that is never kept."""
    office = Office(sqlite, engine, city, clock, tmp_path)
    async with working(sqlite) as unit:
        await _people(Work(unit, city, START))
        for case in _cases():
            await unit.cases.add(case)
        for number, id in DRAFT.items():
            data = {"case": number, "words": "", "requests": [], "reply": ""}
            kind = DocumentKind.ACCEPTED
            await unit.documents.add(Document(id, kind, number, "zh", data, "handler-sthj", START))
    async with sqlite.writing() as connection:
        yield Walk(office, connection)
        await connection.rollback()


async def _people(work: Work) -> None:
    for who in EVERYBODY:
        if not who.roles:
            continue
        account = await make_account(work, who.name, who.label or who.name, who.department, who.roles)
        ended = START - timedelta(minutes=1) if who.name.startswith("ended") else None
        await work.unit.staff.bind(f"terminal:{who.name}", who.name, START - timedelta(days=1), ended)
        if who.name.startswith("off"):
            await work.unit.staff.put(replace(account, active=False), START)


def _cases() -> list[Case]:
    citizen = Reporter("terminal:li")
    ordinary = a_case(
        number=ORDINARY, reporter=citizen, narrative=f"{SECRET}，工地打桩", responsible="sthj", helpers=("zjj",)
    )
    report = replace(
        ordinary,
        number=REPORT,
        kind=Kind.REPORT,
        department="jwjw",
        responsible="jwjw",
        helpers=(),
        respondent="云州市交通运输局陈科长",
        confidential=True,
    )
    cases = [replace(each, recused=("withdrew",)) for each in (ordinary, report)]
    return [*cases, *(replace(each, number=PARTNER[each.number], narrative="另一件") for each in cases)]


def test_every_command_is_walked_and_written_down() -> None:
    assert set(RESTS) == set(COMMANDS)
    assert set(WRITTEN) - {"bind"} == set(COMMANDS)
    assert {name for name in COMMANDS if name not in ACTS} == set()


@pytest.mark.parametrize("role", sorted(ALL))
async def test_staff_do_what_their_role_may_with_what_they_see(walk: Walk, role: Role) -> None:
    pairs = 0
    for who in (each for each in (*STAFF, *BARRED) if min(each.roles) is role):
        for call in CALLS:
            for number in (ORDINARY, REPORT) if call.about else (ORDINARY,):
                tried = await walk.tries(who, call, number)
                judge(who, call, number, tried)
                pairs += 1
        assert not await walk.changed(), f"{who.name} changed a case by what was refused"
    assert pairs > 400


def judge(who: Somebody, call: Call, number: str, tried: Tried) -> None:
    """Whether the pair came out as the table says."""
    pair = f"{who.name}: /{call.command} {call.rest} on {number}"
    may = bool(who.roles & call.who)
    unseen = {"track.not_found"} if call.about and number not in who.sees else set()
    if not may:
        assert tried.refused in ({"refused.role"}, unseen), pair
    elif unseen:
        assert tried.refused == unseen, pair
    else:
        assert not tried.refused & {"refused.role", "track.not_found"}, f"{pair}: {tried.refused}"
    shown = may and (number in who.sees if call.about else who.sees)
    assert shown or SECRET not in tried.said, pair
    if call.command == "case":
        assert (SECRET in tried.said) is (may and number in who.sees), pair
    if call.command in ("inbox", "due", "find"):
        listed = {each for each in (ORDINARY, REPORT) if each in tried.said}
        assert listed <= who.sees, pair


@pytest.mark.parametrize("kind", ["off", "ended", "stranger"])
async def test_who_is_no_staff_does_nothing_and_reads_nothing(walk: Walk, kind: str) -> None:
    for who in [each for each in NOBODY if each.name.startswith(kind)][: None if WHOLE else 1]:
        for call in CALLS:
            for number in (ORDINARY, REPORT) if call.about and WHOLE else (ORDINARY,):
                tried = await walk.tries(who, call, number)
                pair = f"{who.name}: /{call.command} {call.rest} on {number}"
                assert not tried.changed, pair
                assert not [line for line in tried.lines if line.outcome == "allowed"], pair
                assert SECRET not in tried.said, pair


def test_the_walk_is_long_enough() -> None:
    about = sum(call.about for call in CALLS)
    each = len(CALLS) + about
    assert (len(STAFF) + len(BARRED)) * each + 3 * len(CALLS) >= 2_000
