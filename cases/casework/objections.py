"""Who works on it: handing back, helping (协办), withdrawing for an interest, naming a lead (包案).

信访工作条例 art. 23 (异议退回): a unit that holds itself not responsible says so within 5 working days of receipt, with
reasons, and hands the matter back only with the consent of who sent it; art. 28 (回避): officials with an interest
withdraw. 首接负责: who took it first stays responsible until the next has accepted.
"""

from collections.abc import Sequence

from cases.casework.handling import StaffDesk
from cases.casework.work import AUDIENCES
from cases.rules import lifecycle, notices
from cases.rules.case import Action, Case, Event, Role
from cases.rules.desk import DeskError
from cases.rules.notices import Notice, NoticeButton
from cases.rules.permissions import sees
from storage.staff import StaffAccount

MOST_RETURNS = 2
"""After so many a supervisor decides with everybody at one table; a case is not a ball."""
ARRIVING = (Action.REGISTER, Action.ASSIGN, Action.TRANSFER, Action.REFUSE_RETURN, Action.SPLIT)


async def object_(desk: StaffDesk, number: str, reason: str) -> Case:
    """Hand it back with reasons; the department stays responsible until another has accepted."""
    case = await desk.mine(number)
    desk.allowed(case, Action.OBJECT, reason)
    history = await desk.work.unit.cases.history(case.number)
    _only_once(case, history, desk.account.department)
    _in_time(desk, case, history)
    case.returns += 1
    return await desk.do(case, Action.OBJECT, internal=reason)


async def refuse(desk: StaffDesk, number: str, reason: str) -> Case:
    """The sender does not agree: it stays where it was sent, with the reason told."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REFUSE_RETURN, reason)
    if desk.account.department == case.department and Role.SUPERVISOR not in desk.account.roles:
        raise DeskError("refused.sender_decides", number=case.number)
    return await desk.do(case, Action.REFUSE_RETURN, internal=reason)


async def recuse(desk: StaffDesk, number: str, reason: str) -> Case:
    """Withdraw for an interest of one's own: they no longer see the case, the leads find somebody else."""
    case = await desk.mine(number)
    desk.allowed(case, Action.RECUSE, reason)
    case.recused = (*case.recused, desk.account.account)
    if case.handler == desk.account.account:
        case.handler = ""
    return await desk.do(case, Action.RECUSE, internal=reason)


async def add_unit(desk: StaffDesk, number: str, department: str) -> Case:
    """Another department helps (加派、协办): it sees the case and is told; who is responsible stays so."""
    case = await desk.mine(number)
    desk.allowed(case, Action.ADD_UNIT)
    unit = desk.department_called(department, case)
    if unit in (case.department, *case.helpers):
        raise DeskError("refused.helps_already", number=case.number)
    case.helpers = (*case.helpers, unit)
    done = await desk.do(case, Action.ADD_UNIT, internal=unit, data={"department": unit})
    people = await desk.work.unit.staff.people(unit, AUDIENCES[notices.HANDLERS], desk.work.now)
    look = ((NoticeButton("button.open_case", f"/case {case.number}"),),)
    notice = Notice(notices.HANDLERS, "staffnotice.helping", desk.work.common(case), look, urgent=case.urgent)
    told = [address for address, person in people if sees(person, case, desk.work.city)]
    await desk.work.tell_staff(case, notice, told)
    return done


async def candidates(desk: StaffDesk, number: str) -> Sequence[StaffAccount]:
    """Who may be named to handle or lead the case: those of its department first."""
    case = await desk.mine(number)
    desk.allowed(case, Action.APPOINT)
    found = [each for each in await desk.work.unit.staff.all() if each.active and _may_lead(desk, each, case)]
    return sorted(found, key=lambda each: each.department != case.department)


async def appoint(desk: StaffDesk, number: str, account: str) -> Case:
    """Name who leads the case (包案): somebody of the responsible department, or a supervisor."""
    case = await desk.mine(number)
    desk.allowed(case, Action.APPOINT)
    person = await desk.work.unit.staff.get(account)
    if person is None or not person.active:
        raise DeskError("staff.unknown_account", account=account)
    if not _may_lead(desk, person, case):
        raise DeskError("refused.appoint", account=account)
    case.handler = person.account
    return await desk.do(case, Action.APPOINT, internal=person.account)


def _may_lead(desk: StaffDesk, person: StaffAccount, case: Case) -> bool:
    works = person.department == case.department or Role.SUPERVISOR in person.roles
    return works and bool(person.roles & set(lifecycle.DESK)) and sees(person, case, desk.work.city)


def _only_once(case: Case, history: Sequence[Event], department: str) -> None:
    if any(event.action is Action.OBJECT and event.actor.department == department for event in history):
        raise DeskError("refused.objected_before", number=case.number)
    if case.returns >= MOST_RETURNS:
        raise DeskError("refused.ping_pong", number=case.number)


def _in_time(desk: StaffDesk, case: Case, history: Sequence[Event]) -> None:
    arrived = next((event.at for event in reversed(history) if event.action in ARRIVING), case.filed_at)
    if desk.work.now > desk.work.deadlines.object_by(case.policy, arrived):
        raise DeskError("refused.object_late", number=case.number)
