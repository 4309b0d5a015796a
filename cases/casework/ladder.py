"""Climbing the ladder: whatever step is due is told once, in the transaction that notes it.

A repeated run, another process or a standstill of days changes nothing of "once": each step is a row with a key of its
own, and of several missed steps only the highest is told.
"""

from collections.abc import Mapping

from cases.casework.work import Work
from cases.rules import ladder, notices
from cases.rules.case import Action, Actor, Case, Role, Solved
from cases.rules.ladder import Step
from cases.rules.lifecycle import ANSWERED
from cases.rules.notices import Notice, NoticeButton, payload

SYSTEM = Actor(Role.SYSTEM, "ladder")
TOLD: Mapping[str, tuple[str, ...]] = {
    ladder.REMIND: (notices.HANDLERS,),
    ladder.URGE: (notices.HANDLERS, notices.LEADS),
    "escalate1": (notices.HANDLERS, notices.LEADS, notices.SUPERVISORS),
    "escalate2": (notices.LEADS, notices.SUPERVISORS),
    "undecided1": (notices.LEADS,),
    "undecided2": (notices.LEADS, notices.SUPERVISORS),
    ladder.INFO: (notices.REPORTER, notices.HANDLERS),
    ladder.RATE: (notices.REPORTER,),
}
"""Who hears of which step; more escalations than two are told like the second."""
LETTERS: Mapping[str, str] = {ladder.URGE: "risk", "escalate1": "supervision", "escalate2": "accountability"}
"""The letter that a step suggests with a button; a person drafts and approves it (三函)."""
A_ROUND = 200


async def climb(work: Work, *, limit: int = A_ROUND) -> int:
    """Do every step that is due, of at most `limit` cases; returns how many cases had one."""
    cases = await work.unit.cases.watched(work.now, limit=limit)
    for case in cases:
        await _climb(work, case)
    return len(cases)


async def _climb(work: Work, case: Case) -> None:
    done = set(await work.unit.ladder.done(case.number))
    since = case.climbed_at or case.filed_at
    due = [step for step in ladder.steps(case, work.deadlines) if since < step.at <= work.now]
    new = [step for step in due if (step.clock, step.due, step.name) not in done]
    told = ladder.highest(new)
    for step in new:
        await work.unit.ladder.keep(case.number, step, work.now, told=step in told)
    case.climbed_at = work.now
    case.watch_at = ladder.next_at(case, work.deadlines)
    await work.unit.cases.save(case)
    for step in told:
        await _do(work, case, step)


async def _do(work: Work, case: Case, step: Step) -> None:
    if step.name == ladder.CLOSE:
        await _close(work, case)
        return
    if step.name == ladder.ARCHIVE:
        await work.happen(case, Action.ARCHIVE, SYSTEM, (Role.SYSTEM,))
        return
    if step.kind == ladder.ESCALATE:
        data = {"ladder": step.name, "clock": step.clock}
        await work.happen(case, Action.NOTE, SYSTEM, (Role.SYSTEM,), internal=f"{step.name} {step.clock}", data=data)
    audiences = TOLD.get(step.name, TOLD["escalate2"])
    if notices.REPORTER in audiences:
        await work.queue(case, _notice(work, case, step, notices.REPORTER), case.reporter.address, case.language)
    told: dict[str, Notice] = {}
    for to in (each for each in audiences if each != notices.REPORTER):
        notice, found = await work.addressed(case, _notice(work, case, step, to))
        new = [each for each in found if each not in told or told[each].key != notices.DESERTED]
        told.update(dict.fromkeys(new, notice))  # who leads is told as such, also when they handle the case themselves
    for address, notice in told.items():
        await work.tell_staff(case, notice, (address,))


def _notice(work: Work, case: Case, step: Step, to: str) -> Notice:
    citizen = to == notices.REPORTER
    key = f"notice.{step.kind}_late" if citizen else f"staffnotice.ladder_{step.kind}"
    due = notices.day(step.due, provisional=work.deadlines.provisional(case, step.clock, step.due))
    clock: notices.Value = {"phrase": f"clock.{step.clock}"}
    values = {**work.common(case), "due": due, "clock": clock, "days": case.wanted_days}
    return Notice(to, key, values, _buttons(case, step, to))


def _buttons(case: Case, step: Step, to: str) -> tuple[tuple[NoticeButton, ...], ...]:
    if to != notices.REPORTER:
        return _staff_buttons(case, step, leading=to != notices.HANDLERS)
    if step.name == ladder.RATE:
        return notices.reporter_buttons(case, "notice.replied")
    return ((NoticeButton("button.supplement", payload("supplement", case)),),)


def _staff_buttons(case: Case, step: Step, *, leading: bool) -> tuple[tuple[NoticeButton, ...], ...]:
    """Who leads decides on the time that is asked for, and may write the letter that the step suggests."""
    look = NoticeButton("button.open_case", f"/case {case.number}")
    if not leading:
        return ((look,),)
    letter = LETTERS.get(step.name)
    letters = (NoticeButton(f"letter.{letter}", f"/letter {case.number} {letter}"),) if letter else ()
    asked = (notices.deciding_time(case),) if case.wanted_days else ()
    return (*asked, (look, *letters))


async def _close(work: Work, case: Case) -> None:
    """The citizen did not answer in the policy's days: it closes; what they called unsolved closes as unsolved."""
    if case.status in ANSWERED:
        case.closed_at = work.now
        unsolved = case.solved is Solved.UNSOLVED
        await work.happen(case, Action.CLOSE, SYSTEM, (Role.SYSTEM,), solved=not unsolved)
