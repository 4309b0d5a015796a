"""The rates of a span of time, from the log and what is late now; what is left out of them, with who and why."""

from datetime import datetime

from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import Case
from cases.rules.desk import DeskError
from cases.rules.ladder import clocks
from cases.rules.lifecycle import UNANSWERED
from cases.rules.rates import COUNTED, Rates, rates
from storage.cases import CaseFilter
from storage.ladder import Exclusion


async def of(work: Work, since: datetime, until: datetime) -> dict[str, Rates]:
    """The rates by department of what happened in ``since`` ≤ at < ``until``."""
    log = [line async for line in work.unit.cases.log(since, until, COUNTED)]
    late: list[tuple[str, str]] = []
    overdue = CaseFilter(statuses=UNANSWERED, due_before=min(until, work.now))
    async for case in work.unit.cases.all_due(overdue):
        late += [(case.department, clock) for clock, due in clocks(case, work.deadlines) if due < work.now]
    return rates(log, late, await work.unit.ladder.excluded())


async def exclude(desk: StaffDesk, number: str, reason: str) -> Case:
    """Leave a case out of the rates."""
    case = await _supervised(desk, number)
    await desk.work.unit.ladder.exclude(Exclusion(case.number, desk.account.account, reason, desk.work.now))
    desk.log("exclude", case.number, "allowed", reason)
    return case


async def include(desk: StaffDesk, number: str) -> Case:
    """Count it again."""
    case = await _supervised(desk, number)
    if not await desk.work.unit.ladder.include(case.number):
        raise DeskError("refused.not_excluded", number=case.number)
    desk.log("include", case.number, "allowed")
    return case


async def _supervised(desk: StaffDesk, number: str) -> Case:
    desk.may("exclude")
    return await desk.mine(number)
