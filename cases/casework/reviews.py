"""Review and recheck (复查、复核): asked for in chat, answered by the body above.

信访工作条例 art. 35: who does not accept the written answer may ask the body above for a review within 30 days of its
delivery, answered within 30 days; art. 36: who does not accept that may ask for a recheck within 30 days, answered
within 30 days, the time of a hearing not counted; after that the same facts and reasons are not taken again.
"""

from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules import notices
from cases.rules.case import Action, Actor, Case, Role, Status
from cases.rules.desk import DeskError

REVOKED = "revoked"


async def request(work: Work, case: Case, actor: Actor, reason: str) -> None:
    """The citizen asks for the review, after a review for the recheck; too late says what is still possible."""
    if case.status is Status.FINAL:
        raise DeskError("track.final", number=case.number)
    if case.reviewed_at:
        await _recheck(work, case, actor, reason)
    else:
        await _review(work, case, actor, reason)


async def _review(work: Work, case: Case, actor: Actor, reason: str) -> None:
    answered = case.delivered_at or case.replied_at
    if answered and work.now > work.deadlines.review_by(case.policy, answered):
        raise DeskError("track.review_late", number=case.number)
    if answered:
        case.reply_by = work.deadlines.review_answer_by(case.policy, work.now)
    case.closed_at = None
    await work.happen(case, Action.REQUEST_REVIEW, actor, (Role.REPORTER,), text=reason)


async def _recheck(work: Work, case: Case, actor: Actor, reason: str) -> None:
    if case.reviewed_at and work.now > work.deadlines.recheck_by(case.policy, case.reviewed_at):
        raise DeskError("track.recheck_late", number=case.number)
    case.reply_by = work.deadlines.recheck_answer_by(case.policy, work.now)
    case.closed_at = None
    await work.happen(case, Action.REQUEST_RECHECK, actor, (Role.REPORTER,), text=reason)


async def decide(desk: StaffDesk, number: str, verdict: str, text: str) -> Case:
    """The body above decides: ``upheld``, ``changed`` or ``revoked``; what is revoked is handled again."""
    case = await desk.mine(number)
    action = Action.DECIDE_RECHECK if case.status is Status.RECHECK else Action.DECIDE_REVIEW
    desk.allowed(case, action, text)
    if desk.account.department == case.department:
        raise DeskError("refused.own_review", number=case.number)
    told: dict[str, notices.Value] = {"verdict": {"phrase": f"reply.verdict_{verdict}"}}
    if action is Action.DECIDE_RECHECK:
        case.closed_at = desk.work.now
        return await desk.do(case, action, text=text, data={"verdict": verdict}, more=told)
    case.reviewed_at = case.delivered_at = desk.work.now
    decided = await desk.do(case, action, text=text, data={"verdict": verdict}, more=told)
    return await desk.reopen(number, text) if verdict == REVOKED else decided
