"""Answering: what becomes of each request, the looking-over before it goes out, the review (答复预审).

A reply that leaves a request without an outcome, or that a colleague would doubt, waits as a draft until the handler
has said more; nothing that was typed is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.casework.handling import StaffDesk
from cases.rules import notices
from cases.rules.case import Action, Answer, Case, Outcome, Role
from cases.rules.desk import DeskError
from cases.rules.lifecycle import UNANSWERED
from cases.rules.replies import doubts, read_answer, read_reply, unanswered, with_answers, with_obvious


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of a reply: `sent` on its way (to the reviewer or the citizen), or waiting for the handler.

    `missing`: numbers of the requests without an outcome. `doubts`: keys of what a colleague would point out.
    """

    case: Case
    sent: bool
    missing: tuple[int, ...]
    doubts: tuple[str, ...]


async def reply(desk: StaffDesk, number: str, text: str) -> Drafted:
    """Answer; numbered lines answer single requests."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REPLY, text)
    written = read_reply(text)
    _known(case, written.answers)
    if case.draft and case.answers == with_obvious(replace(case, answers=()), case.draft):
        case.answers = ()  # what the last draft said by itself goes with it
    case.draft = written.general or text
    case.answers = with_answers(case.answers, written.answers)
    case.answers = with_obvious(case, case.draft)
    return await _go_on(desk, case)


async def answer(desk: StaffDesk, number: str, request: int, text: str) -> Drafted:
    """Say what becomes of one request; a waiting draft goes on its way when it was the last one."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REPLY)
    given = read_answer(request, text)
    if given is None:
        raise DeskError("refused.outcome")
    _known(case, (given,))
    case.answers = with_answers(case.answers, (given,))
    return await _go_on(desk, case)


async def send(desk: StaffDesk, number: str) -> Drafted:
    """Send the waiting draft in spite of the doubts."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REPLY)
    if not case.draft:
        raise DeskError("refused.no_draft", number=case.number)
    return await _go_on(desk, case, anyway=True)


async def outcome(desk: StaffDesk, number: str, request: int, outcome: Outcome, why: str = "") -> Case:
    """Correct what becomes of a request.

    Until the answer is out that is a note among colleagues. Afterwards it is for who approves answers, with a reason:
    the citizen is told both, and the days for a review (art. 35) count from then.
    """
    case = await desk.mine(number)
    action = Action.NOTE if case.status in UNANSWERED else Action.CORRECT
    desk.allowed(case, action, why if action is Action.CORRECT else "-")
    kept = {each.request: each for each in case.answers}.get(request, Answer(request, outcome))
    _known(case, (kept,))
    changed = replace(kept, outcome=outcome)
    case.answers = with_answers(case.answers, (changed,))
    data = {"request": str(request), "was": kept.outcome.value, "outcome": outcome.value}
    if action is Action.NOTE:
        return await desk.do(case, action, internal=f"{request}: {outcome} {why}".rstrip(), data={**data, "why": why})
    case.delivered_at = desk.work.now
    line = notices.answer_line(case, changed) if request <= len(case.requests) else ""
    return await desk.do(case, action, text=why, data=data, more={"answer": line})


async def approve(desk: StaffDesk, number: str) -> Case:
    """The reply is right: it goes to the citizen. Its author approves it only where nobody else could."""
    case = await desk.mine(number)
    desk.allowed(case, Action.APPROVE)
    await _not_their_own(desk, case)
    case.replied_at = desk.work.now
    case.draft = ""
    return await desk.do(case, Action.APPROVE, text=case.reply)


async def send_back(desk: StaffDesk, number: str, why: str) -> Case:
    """The reply is not right yet: back to who wrote it, as a draft."""
    case = await desk.mine(number)
    desk.allowed(case, Action.SEND_BACK, why)
    case.draft = case.reply
    return await desk.do(case, Action.SEND_BACK, internal=why)


def _known(case: Case, answers: Sequence[Answer]) -> None:
    wrong = [each.request for each in answers if not 1 <= each.request <= max(len(case.requests), 1)]
    if wrong:
        raise DeskError("refused.no_request", request=wrong[0], count=len(case.requests))


GRAVE = frozenset({"other_case", "private", "language"})
"""What a handler is asked about although a colleague reads the answer before it goes out."""


async def _go_on(desk: StaffDesk, case: Case, *, anyway: bool = False) -> Drafted:
    reviewed = desk.work.city.review_replies
    missing, doubtful = unanswered(case), tuple(doubts(case, case.draft))
    stops = set(doubtful) & (GRAVE if reviewed else GRAVE | {"curt", "off_topic", "no_basis"})
    if missing or not case.draft or (stops and not anyway):
        await desk.work.unit.cases.save(case)
        return Drafted(case, False, missing, doubtful)
    return Drafted(await _sent(desk, case, doubtful), True, (), doubtful)


async def _sent(desk: StaffDesk, case: Case, doubtful: tuple[str, ...]) -> Case:
    text, reviewed = case.draft, desk.work.city.review_replies
    case.reply = text
    case.handler = case.handler or desk.account.account
    if not reviewed:
        case.replied_at = desk.work.now
        case.draft = ""
    data = {"doubts": " ".join(doubtful)} if doubtful else None
    public = "" if reviewed else text
    more = {"reply": _as_reviewed(case, doubtful)} if reviewed else None
    return await desk.do(case, Action.REPLY, text=public, internal=text, data=data, reviewed=reviewed, more=more)


def _as_reviewed(case: Case, doubtful: Sequence[str]) -> notices.Value:
    """The answer with what a colleague would point out: the reviewer sees both."""
    language: notices.Value = {"phrase": f"staff.language_{case.language}"}
    doubts = [{"phrase": f"reply.doubt_{each}", "values": {"language": language}} for each in doubtful]
    return {"lines": [notices.reply(case), *doubts]}


async def _not_their_own(desk: StaffDesk, case: Case) -> None:
    history = await desk.work.unit.cases.history(case.number)
    author = next((event.actor.id for event in reversed(history) if event.action is Action.REPLY), "")
    if author != desk.account.account:
        return
    others = await desk.work.unit.staff.people(case.department, frozenset({Role.REVIEWER, Role.LEAD}), desk.work.now)
    if any(person.account != author for _, person in others):
        raise DeskError("refused.own_reply", number=case.number)
