"""What sending a notice does to its case: an answer that arrived is delivered, a blocked bot is noted."""

from cases.casework.work import Work
from cases.rules.case import Action, Actor, Role, Status

SYSTEM = Actor(Role.SYSTEM, "delivery")


async def delivered(work: Work, number: str) -> None:
    """The answer reached the citizen (送达): from now the follow-up runs."""
    case = await work.unit.cases.get(number, lock=True)
    if case and case.status is Status.REPLIED:
        case.delivered_at = work.now
        await work.happen(case, Action.DELIVER, SYSTEM, (Role.SYSTEM,))


async def blocked(work: Work, number: str) -> None:
    """The citizen's messenger refuses our messages: noted once on the case, the handler is told."""
    case = await work.unit.cases.get(number, lock=True)
    if case and not case.blocked:
        case.blocked = True
        await work.happen(case, Action.BLOCKED, SYSTEM, (Role.SYSTEM,))
