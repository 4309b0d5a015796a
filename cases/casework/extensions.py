"""More time for the answer: once, at most the policy's days, approved by the head, the citizen told why.

信访工作条例 art. 34: where it is complicated, at most 30 days more, with the approval of the unit's head.
"""

from collections.abc import Sequence

from cases.casework.handling import StaffDesk
from cases.rules.case import Action, Case, Event
from cases.rules.desk import DeskError


async def ask(desk: StaffDesk, number: str, days: int, reason: str) -> Case:
    """A handler asks the lead for more time."""
    case = await desk.mine(number)
    desk.allowed(case, Action.ASK_EXTENSION, reason)
    desk.extendable(case, days)
    data = {"days": str(days)}
    return await desk.do(case, Action.ASK_EXTENSION, internal=reason, data=data, more={"days": days})


async def grant(desk: StaffDesk, number: str) -> Case:
    """The lead agrees to what was asked last."""
    case = await desk.mine(number)
    asked = _asked(await desk.work.unit.cases.history(case.number))
    if asked is None:
        raise DeskError("refused.no_extension_asked", number=case.number)
    return await desk.extend(number, int(asked.data["days"]), asked.internal)


def _asked(history: Sequence[Event]) -> Event | None:
    return next((each for each in reversed(history) if each.action is Action.ASK_EXTENSION), None)
