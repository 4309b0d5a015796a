"""More time for the answer: once, at most the policy's days, approved by the head, the citizen told why.

信访工作条例 art. 34: where it is complicated, at most 30 days more, with the approval of the unit's head. Who may
approve may refuse, with a reason; until one of the two was done the deadline is what it was, and the leads are reminded
of it (`cases.rules.ladder`).
"""

from collections.abc import Sequence

from cases.casework.handling import StaffDesk
from cases.rules.case import Action, Case
from cases.rules.desk import DeskError
from cases.rules.lifecycle import ONGOING
from storage.cases import CaseFilter


async def ask(desk: StaffDesk, number: str, days: int, reason: str) -> Case:
    """A handler asks the lead for more time; asking again takes the place of what was asked before."""
    case = await desk.mine(number)
    desk.allowed(case, Action.ASK_EXTENSION, reason)
    desk.extendable(case, days)
    case.wanted_days = days
    data = {"days": str(days)}
    return await desk.do(case, Action.ASK_EXTENSION, internal=reason, data=data, more={"days": days})


async def asked(desk: StaffDesk, *, limit: int = 20) -> Sequence[Case]:
    """The cases for which more time was asked and nobody has decided yet, the most pressing first."""
    wanted = CaseFilter(statuses=ONGOING, departments=desk.departments(), asks_time=True)
    return [case for case in await desk.work.unit.cases.due(wanted, limit=limit) if desk.sees(case)]


async def grant(desk: StaffDesk, number: str) -> Case:
    """The lead agrees to what was asked."""
    case = await desk.mine(number)
    if not case.wanted_days:
        raise DeskError("refused.no_extension_asked", number=case.number)
    history = await desk.work.unit.cases.history(case.number)
    reason = next(event.internal for event in reversed(history) if event.action is Action.ASK_EXTENSION)
    return await desk.extend(number, case.wanted_days, reason)


async def refuse(desk: StaffDesk, number: str, reason: str) -> Case:
    """The lead does not agree: the deadline stays, and who asked reads why."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REFUSE_EXTENSION, reason)
    return await desk.do(case, Action.REFUSE_EXTENSION, internal=reason)
