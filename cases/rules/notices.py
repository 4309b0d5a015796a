"""Who is told what when something happens to a case: decided here, queued by casework, worded by the phrasebook.

A notice says what happened, who did it, what comes next, by when, and what the person can do now (buttons).
What a citizen did themselves is answered in the conversation and not pushed to them again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cases.rules.case import Action, Answer, Case, Event, Role, Status
from cases.rules.replies import general_part

Value = str | int | Mapping[str, Any]
"""A placeholder's value: as it is, or ``{"day": iso}``, ``{"moment": iso}``, ``{"phrase": key, "values": {…}}``,
``{"names": {language: name}}``, ``{"lines": [value, …]}``.
"""

REPORTER = "reporter"
HANDLERS = "handlers"
REVIEWERS = "reviewers"
LEADS = "leads"
SUPERVISORS = "supervisors"
AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class NoticeButton:
    """A button whose title is a text key."""

    title_key: str
    payload: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `to` is one of the audiences above. `urgent` ones do not wait for the morning.

    `delivers`: when it has arrived, the answer counts as delivered.
    """

    to: str
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    buttons: tuple[tuple[NoticeButton, ...], ...] = ()
    urgent: bool = False
    delivers: bool = False


def day(moment: datetime | None, *, provisional: bool = False) -> Value:
    """A date as a placeholder's value; `provisional`: the calendar of its year is not published yet."""
    if moment is None:
        return ""
    return {"day": moment.isoformat(), "provisional": True} if provisional else {"day": moment.isoformat()}


def moment(at: datetime) -> Value:
    """A date with the time of day as a placeholder's value."""
    return {"moment": at.isoformat()}


def names(by_language: Mapping[str, str]) -> Value:
    """A name in several languages as a placeholder's value."""
    return {"names": dict(by_language)}


def reply(case: Case) -> Value:
    """The public answer: the words, then what becomes of each request (art. 32)."""
    answers = [answer_line(case, answer) for answer in case.answers if answer.request <= len(case.requests)]
    words = general_part(case)
    return {"lines": [*([words] if words else []), *answers]} if answers else words


def answer_line(case: Case, answer: Answer) -> Value:
    """What becomes of one request, as a placeholder's value."""
    parts: list[Value] = [
        {"phrase": f"reply.{name}", "values": {"text": text}}
        for name, text in (("facts", answer.facts), ("reasons", answer.reasons), ("basis", answer.basis))
        if text
    ]
    head: Value = {
        "phrase": "reply.answer",
        "values": {
            "number": answer.request,
            "request": case.requests[answer.request - 1],
            "outcome": {"phrase": f"reply.outcome_{answer.outcome}"},
        },
    }
    return {"lines": [head, *parts]}


def for_joined(notice: Notice, parent: Case, child: Case) -> Notice:
    """The same step for somebody who joined: under their number, with what they can do."""
    values = {**notice.values, "number": child.number}
    return replace(notice, values=values, buttons=reporter_buttons(child, notice.key), delivers=False)


DESERTED = "staffnotice.deserted"


def deserted(notice: Notice, case: Case) -> Notice:
    """The notice as a supervisor gets it because nobody of the case's department is there to handle it (who withdrew
    under art. 28, who left): that is said first, and whom to give it to is a tap away.
    """
    values = {**notice.values, "notice": {"phrase": notice.key, "values": dict(notice.values)}}
    hand_on = handing_on(case)
    rest = (row for row in notice.buttons if row != hand_on)
    return replace(notice, key=DESERTED, values=values, buttons=(hand_on, *rest))


def deciding_time(case: Case) -> tuple[NoticeButton, ...]:
    """Yes or no to the time that was asked for."""
    n = case.number
    return NoticeButton("button.grant", f"/grant {n}"), NoticeButton("button.deny", f"/deny {n}")


def handing_on(case: Case) -> tuple[NoticeButton, ...]:
    """Who is to handle it now: a person, or another department."""
    n = case.number
    return NoticeButton("button.name_handler", f"/lead {n}"), NoticeButton("button.give_to", f"/assign {n}")


SHARED = frozenset(
    {
        Action.ACCEPT, Action.DECLINE, Action.REDIRECT, Action.TRANSFER, Action.ASSIGN, Action.EXTEND, Action.SIGN,
        Action.PROGRESS, Action.SCHEDULE, Action.REPLY, Action.APPROVE, Action.CORRECT, Action.CLOSE, Action.REOPEN,
        Action.DECIDE_REVIEW, Action.DECIDE_RECHECK,
    }
)  # fmt: skip
"""Steps that everybody who joined is told; questions to the reporter and what is theirs alone are not among them."""


def to_reporter(case: Case, event: Event, common: Mapping[str, Value]) -> Iterator[Notice]:
    """What the citizen is told of what others did. `common` fills number, department and the like."""
    if event.actor.role is not Role.REPORTER:
        yield from about(case, event, common)


def about(case: Case, event: Event, common: Mapping[str, Value]) -> Iterator[Notice]:
    """The step as whoever has a part in the matter is told of it, whoever did it."""
    key = REPORTER_KEYS.get(event.action)
    if event.action is Action.REPLY and event.after is Status.REPLIED:
        key = "notice.replied"
    if key is None:
        return
    if event.action is Action.CLOSE and event.after is Status.CLOSED_UNSOLVED:
        key = "notice.closed_unsolved"
    delivers = key == "notice.replied"
    yield Notice(REPORTER, key, common, reporter_buttons(case, key), urgent=case.urgent, delivers=delivers)


REPORTER_KEYS: Mapping[Action, str] = {
    Action.REGISTER: "notice.registered",
    Action.ACCEPT: "notice.accepted",
    Action.DECLINE: "notice.not_accepted",
    Action.REDIRECT: "notice.redirected",
    Action.TRANSFER: "notice.transferred",
    Action.ASSIGN: "notice.transferred",
    Action.OBJECT: "notice.returned",
    Action.ASK_INFO: "notice.need_info",
    Action.EXTEND: "notice.extended",
    Action.SIGN: "notice.signed",
    Action.PROGRESS: "notice.progress",
    Action.SCHEDULE: "notice.scheduled",
    Action.APPROVE: "notice.replied",
    Action.CORRECT: "notice.corrected",
    Action.CLOSE: "notice.resolved",
    Action.REOPEN: "notice.reopened",
    Action.DECIDE_REVIEW: "notice.review_decided",
    Action.DECIDE_RECHECK: "notice.final",
    Action.MERGE: "notice.merged",
    Action.SPLIT: "notice.split",
    Action.REFUSE_RETURN: "notice.transferred",
    Action.REPRESENT: "notice.represents",
    Action.CALL_BACK: "notice.call_back",
}


def payload(intent: str, case: Case, **more: str) -> str:
    """A citizen's button payload for this case."""
    extra = "".join(f',"{name}":"{value}"' for name, value in more.items())
    return f'/{intent}{{"n":"{case.number}"{extra}}}'


def reporter_buttons(case: Case, key: str) -> tuple[tuple[NoticeButton, ...], ...]:
    """What the citizen can do right after reading the notice."""
    if key in ("notice.replied", "notice.call_back", "notice.review_decided"):
        return (
            (
                NoticeButton("button.solved", payload("rate", case, s="solved")),
                NoticeButton("button.partly", payload("rate", case, s="partly")),
                NoticeButton("button.unsolved", payload("rate", case, s="unsolved")),
            ),
        )
    if key == "notice.need_info":
        return ((NoticeButton("button.supplement", payload("supplement", case)),),)
    if key in ("notice.not_accepted", "notice.redirected", "notice.final", "notice.merged"):
        return ((NoticeButton("button.status", payload("status", case)), NoticeButton("button.rights", "/help")),)
    return ((NoticeButton("button.status", payload("status", case)),),)


def to_staff(case: Case, event: Event, common: Mapping[str, Value]) -> Iterator[Notice]:
    """What the people who work on the case are told."""
    if event.action is Action.REGISTER and event.data.get("joins"):
        return
    for to, key in STAFF_KEYS.get((event.action, event.actor.role is Role.REPORTER), ()):
        yield Notice(to, key, common, staff_buttons(case, event), urgent=case.urgent)
    if event.action in (Action.NOTE, Action.PROGRESS) and _of_a_helper(case, event):
        yield Notice(HANDLERS, "staffnotice.helped", common, staff_buttons(case, event), urgent=case.urgent)
    if event.after is Status.PENDING_REVIEW and event.action is Action.REPLY:
        yield Notice(REVIEWERS, "staffnotice.pending_review", common, staff_buttons(case, event), urgent=case.urgent)


def _of_a_helper(case: Case, event: Event) -> bool:
    """Whether it comes from a department that helps (协办): who leads has to know of it."""
    return event.actor.department in case.helpers and event.actor.department != case.department


STAFF_KEYS: Mapping[tuple[Action, bool], tuple[tuple[str, str], ...]] = {
    (Action.REGISTER, True): ((HANDLERS, "staffnotice.filed"),),
    (Action.TRANSFER, False): ((HANDLERS, "staffnotice.assigned"),),
    (Action.ASSIGN, False): ((HANDLERS, "staffnotice.assigned"),),
    (Action.JOIN, True): ((HANDLERS, "staffnotice.joined"),),
    (Action.OBJECT, False): ((SUPERVISORS, "staffnotice.returned"),),
    (Action.SUPPLEMENT, True): ((HANDLERS, "staffnotice.supplement"),),
    (Action.WITHDRAW, True): ((HANDLERS, "staffnotice.withdrawn"),),
    (Action.URGE, True): ((HANDLERS, "staffnotice.urged"), (LEADS, "staffnotice.urged")),
    (Action.REOPEN, True): ((HANDLERS, "staffnotice.reopened"), (LEADS, "staffnotice.reopened")),
    (Action.REFUSE_RETURN, False): ((HANDLERS, "staffnotice.return_refused"), (LEADS, "staffnotice.return_refused")),
    (Action.RECUSE, False): ((LEADS, "staffnotice.recused"),),
    (Action.APPOINT, False): ((HANDLERS, "staffnotice.appointed"),),
    (Action.SEND_BACK, False): ((HANDLERS, "staffnotice.sent_back"),),
    (Action.APPROVE, False): ((AUTHOR, "staffnotice.approved"),),
    (Action.CORRECT, False): ((AUTHOR, "staffnotice.corrected"),),
    (Action.ASK_EXTENSION, False): ((LEADS, "staffnotice.extension_asked"),),
    (Action.REFUSE_EXTENSION, False): ((HANDLERS, "staffnotice.extension_refused"),),
    (Action.EXTEND, False): ((HANDLERS, "staffnotice.extended"),),
    (Action.REQUEST_REVIEW, True): ((SUPERVISORS, "staffnotice.review_requested"),),
    (Action.REQUEST_RECHECK, True): ((SUPERVISORS, "staffnotice.recheck_requested"),),
    (Action.SUPERVISE, False): ((HANDLERS, "staffnotice.supervised"), (LEADS, "staffnotice.supervised")),
    (Action.BLOCKED, False): ((HANDLERS, "staffnotice.blocked"),),
}


def staff_buttons(case: Case, event: Event) -> tuple[tuple[NoticeButton, ...], ...]:
    """The next thing to do, as a command."""
    look = NoticeButton("button.open_case", f"/case {case.number}")
    if event.action is Action.RECUSE:
        return (handing_on(case), (look,))
    if event.action is Action.ASK_EXTENSION:
        return (deciding_time(case), (look,))
    if event.after is Status.SUBMITTED or event.action in (Action.TRANSFER, Action.ASSIGN):
        return ((NoticeButton("button.accept", f"/accept {case.number}"), look),)
    if event.after is Status.PENDING_REVIEW:
        return ((NoticeButton("button.approve", f"/approve {case.number}"), look),)
    return ((look,),)
