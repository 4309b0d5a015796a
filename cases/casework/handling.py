"""What staff do with cases, within one transaction; the staff commands of every channel stand on this.

Each method checks, in this order: may this account see the case (else it does not exist for them), does the lifecycle
allow the action now, for one of their roles, with the words it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.casework.work import Work, refusal
from cases.rules import notices
from cases.rules.case import Action, Actor, Case, Event, Role, Solved, Status
from cases.rules.desk import CaseNotFound, DeskError
from cases.rules.lifecycle import (
    OPEN,
    UNANSWERED,
    WAITING,
    WORKING,
    NotInThisStatus,
    Refused,
    check,
    fits,
    is_done,
    possible,
)
from cases.rules.permissions import ACTS, departments_of, may, may_know_reporter, of_the_accused, sees
from cases.rules.replies import unanswered
from cases.rules.routing import others, unit_meant
from cases.rules.tracking import BadNumber, read_number
from storage.audit import AuditLine
from storage.cases import CaseFilter, Found
from storage.staff import StaffAccount
from storage.undos import Undoable, changed_part

TO_DO = (*WAITING, *WORKING, Status.PENDING_REVIEW, Status.FOLLOW_UP, Status.REPLIED, Status.REVIEW, Status.RECHECK)

LASTING = frozenset({Action.UNDO, Action.MERGE, Action.SPLIT, Action.RECUSE, Action.REPRESENT, Action.ADD_UNIT})
"""What is not taken back with one word: it touches more than one case or person."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its history, what this account may do with it now, whether it may read who complains, and who handles
    it, where somebody does.
    """

    case: Case
    history: Sequence[Event]
    actions: tuple[Action, ...]
    knows_reporter: bool
    handler: StaffAccount | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `last`: the number behind which the list goes on, empty at its end; `count`: of the whole."""

    cases: Sequence[Case]
    last: str
    count: int


MINE, HELPING, REVIEW = "mine", "helping", "review"
LOOK = "look"


DECIDING = frozenset(
    {
        Action.ACCEPT,
        Action.DECLINE,
        Action.REDIRECT,
        Action.SIGN,
        Action.REPLY,
        Action.EXTEND,
        Action.CLOSE,
        Action.ASK_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.OBJECT,
    }
)
"""What the responsible department does itself."""
UNFITTING = {Action.REFUSE_EXTENSION: "refused.no_extension_asked"}
"""Why an action does not fit, where it is not for having been accepted, or not yet."""


class StaffDesk:
    """The cases as one member of staff may work them; raises `DeskError` for what is not allowed."""

    def __init__(self, work: Work, account: StaffAccount, address: str) -> None:
        self.work = work
        self.account = account
        self.address = address
        self._before: dict[str, dict[str, Any]] = {}

    async def inbox(self, part: str = "", *, after: str = "", limit: int = 10) -> Page:
        """Open cases of my department that wait for somebody, the most pressing first; `after`: behind this number.

        `part`: only what is in my own hands (``mine``), what my department helps with (``helping``), or whose reply
        waits for a review (``review``).
        """
        wanted = CaseFilter(statuses=TO_DO, departments=self._departments())
        if part == MINE:
            wanted = replace(wanted, handler=self.account.account)
        elif part == HELPING:
            wanted = replace(wanted, departments=(), helped_by=self.account.department)
        elif part == REVIEW:
            wanted = replace(wanted, statuses=(Status.PENDING_REVIEW,))
        last = await self.mine(after) if after else None
        found = await self.work.unit.cases.due(wanted, after=last, limit=limit + 1)
        page = [case for case in found[:limit] if self.sees(case)]
        more = len(found) > limit
        count = await self.work.unit.cases.count(wanted) if more or after else len(page)
        return Page(page, found[limit - 1].number if more else "", count)

    async def due(self, until: datetime, *, since: datetime | None = None, limit: int = 20) -> Page:
        """Open cases whose next deadline is before then, or past, the most pressing first; `since`: not before that."""
        wanted = CaseFilter(statuses=UNANSWERED, departments=self._departments(), due_since=since, due_before=until)
        found = await self.work.unit.cases.due(wanted, limit=limit + 1)
        page = [case for case in found[:limit] if self.sees(case)]
        count = await self.work.unit.cases.count(wanted) if len(found) > limit else len(page)
        return Page(page, "", count)

    async def looked_at(self, within: timedelta) -> str:
        """The number of the case that they looked at last, a short while ago; empty where there is none."""
        return await self.work.unit.audit.last_subject(self.account.account, LOOK, self.work.now - within)

    async def find(self, words: Sequence[str], *, limit: int = 10) -> Found:
        """Cases in which every word occurs, or whose reporter has that phone number; the search is logged."""
        found = await self.work.unit.cases.search(words, CaseFilter(departments=self._departments()), limit=limit)
        self.log("find", "", "allowed")
        return replace(found, cases=[case for case in found.cases if self.sees(case)])

    async def open(self, number: str) -> CaseFile:
        """The case with its history; looking is not handling, but it is logged."""
        case = await self.mine(number)
        history = await self.work.unit.cases.history(case.number)
        self.log(LOOK, case.number, "allowed")
        actions = (action for action in possible(case.status, self.account.roles) if self._may_now(case, action))
        knows = may_know_reporter(self.account.department, case, self.work.city)
        handler = await self.work.unit.staff.get(case.handler) if case.handler else None
        return CaseFile(case, history, tuple(actions), knows, handler)

    async def accept(self, number: str) -> Case:
        """Accept the matter: from now the answer's deadline runs; who accepts is its handler (首接负责).

        Who takes over what another department had accepted takes over its deadline as well.
        """
        case = await self.mine(number)
        self.allowed(case, Action.ACCEPT)
        self.takes(case)
        case.asked_at = None
        if case.accepted_at is None:
            case.accepted_at = self.work.now
            case.reply_by = self.work.deadlines.reply_by(case.policy, case.procedure, self.work.now)
        return await self.do(case, Action.ACCEPT)

    async def decline(self, number: str, reason: str) -> Case:
        """Do not accept it; the reason and the way that is right go to the citizen."""
        case = await self.mine(number)
        self.allowed(case, Action.DECLINE, reason)
        case.closed_at = self.work.now
        return await self.do(case, Action.DECLINE, text=reason)

    async def redirect(self, number: str, way: str) -> Case:
        """Tell the lawful way that the matter has to take (分流)."""
        case = await self.mine(number)
        case.closed_at = self.work.now
        return await self.do(case, Action.REDIRECT, text=way)

    async def assign(self, number: str, department: str) -> Case:
        """Make another department responsible; its code or its name is understood."""
        case = await self.mine(number)
        self.allowed(case, Action.ASSIGN)
        self._sender_only(case)
        case.department = self.department_called(department, case)
        case.handler = ""
        return await self.do(case, Action.ASSIGN, data={"department": case.department})

    async def units(self, number: str) -> Sequence[str]:
        """The departments to which it may well be given, the likeliest first."""
        case = await self.mine(number)
        self.allowed(case, Action.ASSIGN)
        return others(self.work.city, case)

    async def sign(self, number: str) -> Case:
        """Sign for it (签收): I am working on it."""
        case = await self.mine(number)
        self.allowed(case, Action.SIGN)
        self.takes(case)
        return await self.do(case, Action.SIGN)

    async def note(self, number: str, text: str) -> Case:
        """Write something that only staff read."""
        return await self.do(await self.mine(number), Action.NOTE, internal=text)

    async def progress(self, number: str, text: str) -> Case:
        """Tell the citizen how far it is."""
        case = await self.mine(number)
        case.handler = case.handler or self.account.account
        return await self.do(case, Action.PROGRESS, text=text)

    async def schedule(self, number: str, text: str) -> Case:
        """Tell the citizen what is arranged, and for when."""
        case = await self.mine(number)
        case.handler = case.handler or self.account.account
        return await self.do(case, Action.SCHEDULE, text=text)

    async def call_back(self, number: str, text: str) -> Case:
        """Ask the citizen whether what was answered holds (回访)."""
        return await self.do(await self.mine(number), Action.CALL_BACK, text=text)

    async def supervise(self, number: str, text: str) -> Case:
        """Press for it (督办, art. 40): the department's people are told what is expected."""
        return await self.do(await self.mine(number), Action.SUPERVISE, internal=text)

    async def ask(self, number: str, question: str) -> Case:
        """Ask the citizen for what is missing."""
        case = await self.mine(number)
        self.allowed(case, Action.ASK_INFO, question)
        until = self.work.deadlines.info_by(case.policy, self.work.now)
        case.asked_at = case.asked_at or self.work.now
        case.handler = case.handler or self.account.account
        return await self.do(case, Action.ASK_INFO, text=question, more={"until": notices.day(until)})

    async def extend(self, number: str, days: int, reason: str) -> Case:
        """Put the answer off, once, within the policy's limit, with the reason told to the citizen."""
        case = await self.mine(number)
        self.allowed(case, Action.EXTEND, reason)
        self.extendable(case, days)
        case.extended = True
        case.reply_by = self.work.deadlines.extended(case.reply_by or self.work.now, days)
        return await self.do(case, Action.EXTEND, text=reason, data={"days": str(days)})

    async def close(self, number: str) -> Case:
        """Close an answered case; what the citizen called unsolved is closed as unsolved."""
        case = await self.mine(number)
        self.allowed(case, Action.CLOSE)
        if open_ones := unanswered(case):
            raise DeskError("refused.unanswered", number=case.number, requests=", ".join(map(str, open_ones)))
        case.closed_at = self.work.now
        return await self.do(case, Action.CLOSE, solved=case.solved is not Solved.UNSOLVED)

    async def reopen(self, number: str, reason: str) -> Case:
        """Take a closed case up again."""
        case = await self.mine(number)
        self.allowed(case, Action.REOPEN, reason)
        case.reopened += 1
        case.closed_at = None
        case.reply_by = self.work.deadlines.reply_by(case.policy, case.procedure, self.work.now)
        return await self.do(case, Action.REOPEN, text=reason)

    async def classify(self, number: str, category: str) -> Case:
        """Correct the matter; a code, or the Chinese or English name of a second level."""
        case = await self.mine(number)
        found = [
            each
            for each in self.work.city.categories
            if category.casefold() in (each.code, each.second_level, each.second_names["en"].casefold())
            or category == f"{each.first_level}/{each.second_level}"
        ]
        if len(found) != 1:
            raise DeskError("refused.category", category=category)
        self.allowed(case, Action.CLASSIFY)
        before = f"{case.first_level}/{case.second_level}"
        case.first_level, case.second_level = found[0].first_level, found[0].second_level
        case.category_by = "staff"
        return await self.do(case, Action.CLASSIFY, internal=before, data={"code": found[0].code})

    async def week(self) -> dict[str, int]:
        """Figures of my departments for the last seven days, recomputed from the register."""
        since = self.work.now - timedelta(days=7)
        mine = CaseFilter(departments=self._departments())
        open_now = replace(mine, statuses=OPEN)
        count = self.work.unit.cases.count
        return {
            "filed": await count(replace(mine, since=since)),
            "open": await count(open_now),
            "overdue": await count(replace(mine, statuses=UNANSWERED, due_before=self.work.now)),
            "resolved": await count(replace(mine, statuses=(Status.RESOLVED,))),
            "unsolved": await count(replace(mine, statuses=(Status.CLOSED_UNSOLVED,))),
        }

    async def hot(self) -> Sequence[tuple[str, str, int]]:
        """What most of the last seven days' cases are about, by first and second level, with how many."""
        since = self.work.now - timedelta(days=7)
        return await self.work.unit.cases.commonest(CaseFilter(since=since, departments=self._departments()))

    def departments(self) -> tuple[str, ...]:
        """The departments whose cases this account may list and export."""
        return self._departments()

    def extendable(self, case: Case, days: int) -> None:
        """Raise `DeskError` when the answer cannot be put off by so many days."""
        most = self.work.deadlines.longest_extension(case.policy)
        if case.extended:
            raise DeskError("refused.extended_before", number=case.number)
        if not 1 <= days <= most:
            raise DeskError("refused.extension_days", most=most)
        if self.work.deadlines.extended(case.reply_by or self.work.now, days) <= self.work.now:
            raise DeskError("refused.extension_past", number=case.number, days=days)

    def takes(self, case: Case) -> None:
        """They are its handler from now, and their department answers for it (首接负责)."""
        case.handler = self.account.account
        if self.account.department in (case.department, *case.helpers):
            case.responsible = case.department

    def _sender_only(self, case: Case) -> None:
        """What a department handed back goes elsewhere only by who sent it there (art. 23), not by itself."""
        own = self.account.department == case.department != self.work.city.intake_department
        if case.status is Status.RETURNED and own and Role.SUPERVISOR not in self.account.roles:
            raise DeskError("refused.sender_decides", number=case.number)

    async def seen(self, number: str, *, limit: int = 20) -> Sequence[AuditLine]:
        """Who of the staff saw a case or did something with it, the newest first."""
        case = await self.mine(number)
        self.log("audit", case.number, "allowed")
        return await self.work.unit.audit.newest(subject=case.number, limit=limit)

    def may(self, act: str) -> None:
        """Raise `DeskError` when an act is not for this account's roles."""
        if not may(self.account.roles, act):
            raise DeskError("refused.role", roles=sorted(role.value for role in ACTS.get(act, ())))

    def refused(self, action: str, subject: str, reason: str) -> None:
        """Log that something was refused."""
        self.log(action, subject, "refused", reason)

    async def mine(self, number: str) -> Case:
        """The case, held for this transaction; what this account may not see does not exist for them."""
        try:
            proper = read_number(number, self.work.city.prefix)
        except BadNumber:
            raise DeskError("track.bad_number", number=number) from None
        case = await self.work.case(proper or "")
        if not self.sees(case):
            raise CaseNotFound("track.not_found")
        self._before[case.number] = changed_part(case)
        return case

    async def filed(self, number: str) -> bool:
        """Whether they filed the case themselves, in this very chat."""
        try:
            case = await self.work.case(read_number(number, self.work.city.prefix) or "")
        except (BadNumber, CaseNotFound):
            return False
        return case.reporter.address == self.address

    def sees(self, case: Case) -> bool:
        """Whether this account may see the case."""
        return sees(self.account, case, self.work.city)

    def _departments(self) -> tuple[str, ...]:
        return departments_of(self.account.roles, self.account.department, self.work.city)

    def department_called(self, wanted: str, case: Case) -> str:
        """The code of a department by its code or what people call it; never the one that a 举报 is about."""
        code = unit_meant(self.work.city, wanted)
        if code and of_the_accused(code, case, self.work.city):
            raise DeskError("refused.accused_department", department=wanted)
        if code:
            return code
        raise DeskError("refused.department", department=wanted)

    def allowed(self, case: Case, action: Action, words: str = "-") -> None:
        """Ask the lifecycle before anything of the case is touched; who only helps does not decide (主办, 协办)."""
        if action in DECIDING and self._only_helps(case):
            raise DeskError("refused.helper", department=case.department)
        try:
            check(case.status, action, self.account.roles, words)
        except Refused as refused:
            if isinstance(refused, NotInThisStatus) and is_done(action, case.status):
                raise DeskError("refused.done_before", status=case.status.value, action=action.value) from None
            raise refusal(refused) from None
        if not self._fits(case, action):
            key = "refused.accepted_before" if case.accepted_at else "refused.accept_first"
            raise DeskError(UNFITTING.get(action, key), number=case.number)

    def _may_now(self, case: Case, action: Action) -> bool:
        return self._fits(case, action) and not (action in DECIDING and self._only_helps(case))

    def _only_helps(self, case: Case) -> bool:
        unit = self.account.department
        return unit in case.helpers and unit not in (case.department, case.responsible)

    @staticmethod
    def _fits(case: Case, action: Action) -> bool:
        return fits(action, case.status, accepted=case.accepted_at is not None, asks_time=case.wanted_days > 0)

    async def do(
        self,
        case: Case,
        action: Action,
        *,
        text: str = "",
        internal: str = "",
        data: dict[str, str] | None = None,
        reviewed: bool = True,
        solved: bool = True,
        more: dict[str, notices.Value] | None = None,
        undone: Status | None = None,
    ) -> Case:
        """Let it happen, in the role in which they may, and log it."""
        actor = Actor(self._acting_role(case, action), self.account.account, self.account.department)
        await self.work.happen(
            case,
            action,
            actor,
            self.account.roles,
            text=text,
            internal=internal,
            data=data,
            reviewed=reviewed,
            solved=solved,
            more=more,
            undone=undone,
        )
        await self._remember(case, action)
        self.log(action.value, case.number, "allowed")
        return case

    async def _remember(self, case: Case, action: Action) -> None:
        """What the case was before, so that the command can be taken back within a minute."""
        before = self._before.get(case.number)
        if before is None or action in LASTING:
            await self.work.unit.undos.forget(self.account.account)
            return
        done = Undoable(case.number, self.work.now, action.value, case.version, before)
        await self.work.unit.undos.keep(self.account.account, done)

    def _acting_role(self, case: Case, action: Action) -> Role:
        """The role in which they act: the first of theirs that the table allows."""
        for role in sorted(self.account.roles):
            if action in possible(case.status, (role,)):
                return role
        return Role.HANDLER

    def log(self, action: str, subject: str, outcome: str, reason: str = "") -> None:
        """A line in the audit log."""
        self.work.unit.audit.log(AuditLine(self.work.now, self.account.account, action, subject, outcome, reason, {}))
