"""What passes over the desk between a citizen's dialogue and the casework: complaint in, receipt and views out.

`dialogs.ports.CaseDesk` is the counter itself; `cases.casework.citizens` stands behind it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.rules.case import Answer, ContactWay, File, Kind, Occurrence, Place, Satisfaction, Solved, Status


class DeskError(Exception):
    """Something that the citizen asked for cannot be done; `key` is the text that says why, `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class CaseNotFound(DeskError):
    """No such case, or not theirs: the two answer alike."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the citizen submits: the filled form."""

    narrative: str
    first_level: str
    second_level: str
    category_confidence: float
    category_by: str
    kind: Kind
    requests: tuple[str, ...]
    place: Place
    occurrence: Occurrence
    respondent: str
    contact_way: ContactWay
    name: str = ""
    phone: str = ""
    people: str = "1-5"
    urgent: bool = False
    confidential: bool = False
    publish: bool = False
    lawful_way: str | None = None
    attachments: tuple[File, ...] = ()
    language: str = "zh"
    consent: str = ""
    joins: str = ""
    """Number of an open case that it joins (附议); empty when it stands alone."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen gets for it. `department` is its name in the citizen's language."""

    number: str
    query_code: str
    department: str
    decide_by: datetime
    reply_by: datetime | None
    joined: str = ""
    """The case that it joined."""
    unsure: frozenset[str] = frozenset()
    """Which of the two dates are provisional."""
    anonymous: bool = False
    """Nothing leads back to it but number and code."""


@dataclass(frozen=True, slots=True)
class ReceptionSlot:
    """Some minutes of a reception day, as a citizen books them."""

    id: int
    host: str
    place: str
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An open case that tells the same, as a stranger may read of it: never who, nor their words."""

    number: str
    place: str
    filed_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Question:
    """That a handler waits for a citizen's answer on a case, since when, and what the case is about."""

    number: str
    asked_at: datetime
    second_level: str


@dataclass(frozen=True, slots=True)
class CopyOf:
    """One case in a person's copy of what is kept about them."""

    number: str
    query_code: str
    filed_at: datetime
    status: str
    name: str
    phone: str
    narrative: str
    requests: tuple[str, ...]
    place: dict[str, Any]
    occurred: str
    respondent: str
    reply: str
    consent: str
    files: tuple[str, ...]
    history: tuple[tuple[datetime, str, str], ...]
    solved: str
    satisfaction: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything that is kept about one person."""

    address: str
    language: str
    last_seen: datetime | None
    cases: tuple[CopyOf, ...]
    files: tuple[str, ...]
    messages: tuple[tuple[datetime, bool, str], ...]
    """What the web chat keeps of the conversation: when, whether they said it, the words."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing came to: of how many cases the person is gone, and which go on."""

    cases: int
    running: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """What becomes of one request, with the request's words."""

    request: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history as the citizen may read it."""

    at: datetime
    status: Status
    text: str
    action: str = ""
    """What happened, where it left the status as it was."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the citizen may see it. `open_question` is what the handler asked and nobody has answered yet."""

    number: str
    status: Status
    title: str
    first_level: str
    second_level: str
    place: str
    department: str
    filed_at: datetime
    decide_by: datetime | None
    reply_by: datetime | None
    reply: str = ""
    answers: tuple[RequestAnswer, ...] = ()
    follows: str = ""
    """The case that it joined and whose progress it shows."""
    open_question: str = ""
    own: bool = True
    acts_as: str = ""
    """Who holds the code of an anonymous case acts on it under this address."""
    solved: Solved | None = None
    satisfaction: Satisfaction | None = None
    steps: tuple[Step, ...] = field(default=())
    unsure: frozenset[str] = frozenset()
    """Which of ``decide_by`` and ``reply_by`` are provisional."""
    secret: bool = False
    """Nobody, or nobody in the handling unit, is to learn who tells it."""
    actions: frozenset[str] = frozenset()
    """Which of ``supplement withdraw urge rate reopen request_review request_recheck split`` are possible now."""
