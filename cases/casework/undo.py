"""Taking back the last command within a minute: the history grows by the taking back, nothing is erased from it.

What is queued and not yet on its way is dropped; whom it has reached already is told that it does not hold.
"""

from datetime import timedelta

from cases.casework.handling import StaffDesk
from cases.rules import notices
from cases.rules.case import Action, Case, Status
from cases.rules.desk import DeskError
from cases.rules.notices import Notice
from storage.undos import Undoable, restored

LONGEST = timedelta(minutes=1)


async def undo(desk: StaffDesk) -> tuple[Case, str]:
    """Take back what this account did last; the case as it was before, and the action that no longer holds."""
    last = await undoable(desk)
    case = await desk.work.case(last.number)
    if case.version != last.version:
        raise DeskError("refused.changed_since", number=case.number)
    told = (case, *await desk.work.unit.cases.joined(case.number))
    reached = {each.number: await desk.work.unit.outbox.take_back(each.number, last.at) for each in told}
    before = restored(case, last.before)
    before.status = case.status
    if before.climbed_at:  # a step that fell into the minute of a due date that no longer holds is still to come
        before.climbed_at = min(before.climbed_at, last.at)
    done = await desk.do(
        before, Action.UNDO, internal=last.action, data={"undone": last.action}, undone=Status(last.before["status"])
    )
    for each in told:
        for recipient in reached[each.number]:
            await _correct(desk, done if each is case else each, recipient)
    return done, last.action


async def undoable(desk: StaffDesk) -> Undoable:
    """What this account did last, while it can be taken back; raise `DeskError` when there is nothing."""
    last = await desk.work.unit.undos.last(desk.account.account)
    if last is None or desk.work.now - last.at > LONGEST:
        raise DeskError("refused.nothing_to_undo")
    return last


async def _correct(desk: StaffDesk, case: Case, recipient: str) -> None:
    work, citizen = desk.work, recipient == case.reporter.address
    key = "notice.undone" if citizen else "staffnotice.undone"
    notice = Notice(notices.REPORTER if citizen else notices.HANDLERS, key, work.common(case), urgent=True)
    language = case.language if citizen else await work.language_of(recipient)
    await work.queue(case, notice, recipient, language)
