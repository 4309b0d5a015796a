"""The lifecycle of a case: which action is possible in which status, for whom, and where it leads.

信访工作条例 arts. 22-23 (registering, transfer, assignment, objection within 5 working days), 31-34 (acceptance, reply,
extension), 35-36 (review, recheck); the words are those of `docs/glossary.md`. Everything that may happen stands in
`TABLE`; what is not in it does not happen. The diagram in `docs/lifecycle.md` is drawn from it.

Closed is not solved: `RESOLVED` and `CLOSED_UNSOLVED` are two ends and are never counted as one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.rules.case import Action, Role, Status

S, A, R = Status, Action, Role

REGISTERED = tuple(status for status in S if status not in (S.DRAFT, S.ARCHIVED))

HANDLING = (R.HANDLER, R.LEAD)
DESK = (*HANDLING, R.SUPERVISOR)
LEADING = (R.LEAD, R.SUPERVISOR)
REVIEWING = (R.REVIEWER, R.LEAD, R.SUPERVISOR)
CITIZEN = (R.REPORTER,)

WAITING = (S.SUBMITTED, S.NEED_INFO, S.RETURNED)
WORKING = (S.ACCEPTED, S.TRANSFERRED, S.IN_PROGRESS, S.SCHEDULED, S.REOPENED)
DECIDABLE = (*WAITING, S.TRANSFERRED, S.IN_PROGRESS, S.SCHEDULED)
"""Not decided yet, whether or not somebody works on it already; a matter is accepted once (`StaffDesk.accept`)."""
ONGOING = (*WORKING, S.NEED_INFO)
"""Also while the citizen is asked: who cannot wait goes on with what there is."""
ANSWERED = (S.REPLIED, S.FOLLOW_UP)
ENDED = (
    S.NOT_ACCEPTED, S.REDIRECTED, S.RESOLVED, S.CLOSED_UNSOLVED, S.FINAL, S.MERGED, S.WITHDRAWN,
)  # fmt: skip
OPEN = tuple(status for status in S if status not in (*ENDED, S.ARCHIVED, S.DRAFT))
UNANSWERED = (*WAITING, *WORKING, S.PENDING_REVIEW)
SUPPLEMENTED = tuple(status for status in (*UNANSWERED, *ANSWERED) if status is not S.NEED_INFO)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in any of `sources`, one of `roles` may do `action`; the case is then in `target` (None: where it was).

    `words`: the action needs a stated reason or text.
    """

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    roles: tuple[Role, ...]
    words: bool = False


TABLE: tuple[Transition, ...] = (
    Transition(A.REGISTER, (S.DRAFT,), S.SUBMITTED, (*CITIZEN, *DESK)),
    Transition(A.ACCEPT, DECIDABLE, S.ACCEPTED, DESK),
    Transition(A.DECLINE, DECIDABLE, S.NOT_ACCEPTED, DESK, words=True),
    Transition(A.REDIRECT, DECIDABLE, S.REDIRECTED, (*DESK, R.SYSTEM), words=True),
    Transition(A.TRANSFER, (*WAITING, *WORKING), S.TRANSFERRED, LEADING),
    Transition(A.ASSIGN, (*WAITING, *WORKING), S.TRANSFERRED, LEADING),
    Transition(A.SIGN, (S.TRANSFERRED, S.ACCEPTED, S.REOPENED), S.IN_PROGRESS, HANDLING),
    Transition(A.OBJECT, (S.SUBMITTED, S.TRANSFERRED, S.ACCEPTED), S.RETURNED, HANDLING, words=True),
    Transition(A.REFUSE_RETURN, (S.RETURNED,), S.TRANSFERRED, LEADING, words=True),
    Transition(A.RECUSE, UNANSWERED, None, (*DESK, R.REVIEWER), words=True),
    Transition(A.APPOINT, UNANSWERED, None, LEADING),
    Transition(A.ADD_UNIT, (*WAITING, *WORKING), None, LEADING),
    Transition(A.ASK_INFO, (*WAITING, *WORKING), S.NEED_INFO, DESK, words=True),
    Transition(A.SUPPLEMENT, (S.NEED_INFO,), S.SUBMITTED, CITIZEN, words=True),
    Transition(A.SUPPLEMENT, SUPPLEMENTED, None, CITIZEN, words=True),
    Transition(A.CLASSIFY, (*WAITING, *WORKING), None, DESK),
    Transition(A.EXTEND, ONGOING, None, LEADING, words=True),
    Transition(A.ASK_EXTENSION, ONGOING, None, HANDLING, words=True),
    Transition(A.REFUSE_EXTENSION, ONGOING, None, LEADING, words=True),
    Transition(A.NOTE, REGISTERED, None, (*DESK, R.REVIEWER, R.SYSTEM), words=True),
    Transition(A.PROGRESS, ONGOING, S.IN_PROGRESS, DESK, words=True),
    Transition(A.SCHEDULE, ONGOING, S.SCHEDULED, DESK, words=True),
    Transition(A.REPLY, ONGOING, S.PENDING_REVIEW, DESK, words=True),
    Transition(A.APPROVE, (S.PENDING_REVIEW,), S.REPLIED, REVIEWING),
    Transition(A.SEND_BACK, (S.PENDING_REVIEW,), S.IN_PROGRESS, REVIEWING, words=True),
    Transition(A.CORRECT, (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED), None, REVIEWING, words=True),
    Transition(A.DELIVER, (S.REPLIED,), S.FOLLOW_UP, (R.SYSTEM, *DESK)),
    Transition(A.CALL_BACK, ANSWERED, S.FOLLOW_UP, (*DESK, R.SYSTEM), words=True),
    Transition(A.RATE, (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED, S.MERGED), None, CITIZEN),
    Transition(A.CLOSE, ANSWERED, S.RESOLVED, (*DESK, R.REPORTER, R.SYSTEM)),
    Transition(A.REOPEN, (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED), S.REOPENED, (R.REPORTER, *LEADING), words=True),
    Transition(A.REQUEST_REVIEW, (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED), S.REVIEW, CITIZEN, words=True),
    Transition(A.DECIDE_REVIEW, (S.REVIEW,), S.FOLLOW_UP, (R.SUPERVISOR,), words=True),
    Transition(A.REQUEST_RECHECK, (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED), S.RECHECK, CITIZEN, words=True),
    Transition(A.DECIDE_RECHECK, (S.RECHECK,), S.FINAL, (R.SUPERVISOR,), words=True),
    Transition(A.URGE, UNANSWERED, None, CITIZEN),
    Transition(A.SUPERVISE, UNANSWERED, None, (R.SUPERVISOR, R.SYSTEM), words=True),
    Transition(A.MERGE, (*WAITING, *WORKING), S.MERGED, LEADING),
    Transition(A.JOIN, (S.SUBMITTED,), S.MERGED, CITIZEN),
    Transition(A.SPLIT, (S.MERGED,), S.SUBMITTED, (*LEADING, R.REPORTER, R.SYSTEM)),
    Transition(A.REPRESENT, (S.MERGED, *OPEN), None, LEADING),
    Transition(A.WITHDRAW, (*WAITING, *WORKING, S.PENDING_REVIEW, S.MERGED), S.WITHDRAWN, CITIZEN),
    Transition(A.UNDO, REGISTERED, None, (*DESK, R.REVIEWER)),
    Transition(A.ARCHIVE, ENDED, S.ARCHIVED, (R.SYSTEM, R.ADMIN)),
    Transition(A.BLOCKED, tuple(s for s in S if s is not S.DRAFT), None, (R.SYSTEM,)),
)  # fmt: skip
"""`CLOSE` with "not solved" ends in `CLOSED_UNSOLVED`;
`REPLY` skips the review where the policy has none, an answered question leads back to where the case was: see `after`.
`UNDO` leads back to where the case was before the last command: the status is an argument.
"""


class Refused(Exception):
    """The action is not possible; the subclasses say why."""


class NotInThisStatus(Refused):
    """In its present status the case does not allow the action."""

    def __init__(self, action: Action, status: Status) -> None:
        super().__init__(f"{action} is not possible in {status}")
        self.action, self.status = action, status


class NotForThisRole(Refused):
    """The action is possible, but for somebody else: `who` names the roles."""

    def __init__(self, action: Action, who: tuple[Role, ...]) -> None:
        super().__init__(f"{action} is for {', '.join(who)}")
        self.action, self.who = action, who


class WordsNeeded(Refused):
    """The action needs a reason or a text."""

    def __init__(self, action: Action) -> None:
        super().__init__(f"{action} needs words")
        self.action = action


BY_PAIR: Mapping[tuple[Status, Action], Transition] = {
    (source, row.action): row for row in TABLE for source in row.sources
}


def transition(status: Status, action: Action) -> Transition:
    """The row for the pair; raise `NotInThisStatus` when there is none."""
    try:
        return BY_PAIR[status, action]
    except KeyError:
        raise NotInThisStatus(action, status) from None


def is_done(action: Action, status: Status) -> bool:
    """Whether the case is where the action would lead: somebody did it already."""
    return any(row.action is action and row.target is status for row in TABLE)


def check(status: Status, action: Action, roles: Iterable[Role], words: str = "") -> Transition:
    """The row, when one of `roles` may do it and the words that it needs are there; raise `Refused` otherwise."""
    row = transition(status, action)
    if not set(roles) & set(row.roles):
        raise NotForThisRole(action, row.roles)
    if row.words and not words.strip():
        raise WordsNeeded(action)
    return row


def after(
    status: Status,
    action: Action,
    *,
    reviewed: bool = True,
    solved: bool = True,
    accepted: bool = False,
    undone: Status | None = None,
) -> Status:
    """The status that `action` leads to.

    `reviewed`: the policy asks for a review of replies (答复预审). `solved`: the matter counts as solved on closing.
    `accepted`: the matter was accepted before the citizen was asked, so it goes on where it was.
    `undone`: where the case was before the command that is undone.
    """
    row = transition(status, action)
    if action is A.REPLY and not reviewed:
        return S.REPLIED
    if action is A.CLOSE and not solved:
        return S.CLOSED_UNSOLVED
    if action is A.SUPPLEMENT and status is S.NEED_INFO and accepted:
        return S.ACCEPTED
    if action is A.UNDO and undone:
        return undone
    return row.target or status


NEEDS_ACCEPTANCE = frozenset({A.REPLY, A.EXTEND, A.ASK_EXTENSION})
"""What presupposes that the matter was accepted (arts. 32 and 34)."""
UNDECIDED_ONLY = frozenset({A.ACCEPT, A.DECLINE})
"""What decides whether it is accepted; once is enough."""


def fits(action: Action, status: Status, *, accepted: bool, asks_time: bool = False) -> bool:
    """Whether an action fits what was decided: an answer needs an acceptance, an accepted matter is not decided anew,
    more time is refused only while it is asked for (`asks_time`).

    Accepting again is how a department takes over what another had accepted; the dates stay.
    """
    if action is A.REFUSE_EXTENSION:
        return asks_time
    if action in NEEDS_ACCEPTANCE:
        return accepted
    taken_over = action is A.ACCEPT and status in (S.SUBMITTED, S.RETURNED, S.TRANSFERRED)
    return not accepted or action not in UNDECIDED_ONLY or taken_over


def settles_time(action: Action, reached: Status) -> bool:
    """Whether nobody has to decide any more on the time that was asked for: it was decided, another department has the
    case, or there is nothing left to put off.
    """
    return action in (A.EXTEND, A.REFUSE_EXTENSION, A.ASSIGN, A.TRANSFER) or reached not in ONGOING


def possible(status: Status, roles: Iterable[Role]) -> tuple[Action, ...]:
    """The actions that one of `roles` may do now, in the table's order: the buttons of a card."""
    mine = set(roles)
    return tuple(dict.fromkeys(row.action for row in TABLE if status in row.sources and mine & set(row.roles)))
