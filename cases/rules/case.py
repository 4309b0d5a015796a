"""What a case is: the words of `docs/glossary.md` as types. Pure data; who may do what stands in `lifecycle`.

Sources: 信访工作条例 arts. 19, 29-32; Open311 GeoReport v2.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a case stands; each has words for the citizen in ``texts/*/status.yml``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEED_INFO = "need_info"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    REDIRECTED = "redirected"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    PENDING_REVIEW = "pending_review"
    REPLIED = "replied"
    FOLLOW_UP = "follow_up"
    RESOLVED = "resolved"
    CLOSED_UNSOLVED = "closed_unsolved"
    REOPENED = "reopened"
    REVIEW = "review"
    RECHECK = "recheck"
    FINAL = "final"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class Action(StrEnum):
    """What may happen to a case."""

    REGISTER = "register"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDIRECT = "redirect"
    TRANSFER = "transfer"
    ASSIGN = "assign"
    SIGN = "sign"
    OBJECT = "object"
    ADD_UNIT = "add_unit"
    ASK_INFO = "ask_info"
    SUPPLEMENT = "supplement"
    CLASSIFY = "classify"
    EXTEND = "extend"
    NOTE = "note"
    PROGRESS = "progress"
    SCHEDULE = "schedule"
    REPLY = "reply"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    DELIVER = "deliver"
    CALL_BACK = "call_back"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    REQUEST_REVIEW = "request_review"
    DECIDE_REVIEW = "decide_review"
    REQUEST_RECHECK = "request_recheck"
    DECIDE_RECHECK = "decide_recheck"
    URGE = "urge"
    SUPERVISE = "supervise"
    MERGE = "merge"
    SPLIT = "split"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    BLOCKED = "blocked"
    REFUSE_RETURN = "refuse_return"
    RECUSE = "recuse"
    APPOINT = "appoint"
    REPRESENT = "represent"
    JOIN = "join"
    UNDO = "undo"
    ASK_EXTENSION = "ask_extension"
    REFUSE_EXTENSION = "refuse_extension"
    CORRECT = "correct"


class Role(StrEnum):
    """Who acts. `REPORTER` and `SYSTEM` are never given to a staff account."""

    REPORTER = "reporter"
    HANDLER = "handler"
    LEAD = "lead"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    EXPORTER = "exporter"
    ADMIN = "admin"
    SYSTEM = "system"


STAFF_ROLES = (Role.HANDLER, Role.LEAD, Role.REVIEWER, Role.SUPERVISOR, Role.EXPORTER, Role.ADMIN)


class Kind(StrEnum):
    """Nature of the matter in the 12345 sense."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class ContactWay(StrEnum):
    """How the reporter wants to be reached; `ANONYMOUS`: the office does not know who."""

    PHONE = "phone"
    CHAT = "chat"
    ANONYMOUS = "anonymous"


class Solved(StrEnum):
    """The citizen's answer to "is it solved?"."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


class Satisfaction(StrEnum):
    """The citizen's answer to "are you satisfied?"."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    UNRATED = "unrated"


class Outcome(StrEnum):
    """What becomes of a request (art. 32)."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    EXPLAINED = "explained"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one numbered request: what becomes of it, the facts, the reasons, the legal basis."""

    request: int
    outcome: Outcome
    facts: str = ""
    reasons: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: the citizen's words, and the city's area and grid codes where they were recognised."""

    text: str = ""
    area: str = ""
    grid: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """When it happened: the citizen's words, and the span that they were read as (aware datetimes)."""

    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


BEARER = "code:"
"""What the address of an anonymous reporter begins with: no chat, only whoever holds the query code."""


def reachable(address: str) -> bool:
    """Whether messages can be sent to an address."""
    return bool(address) and not address.startswith(BEARER)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who complains. `address` is where pushes go (``channel:id``); nowhere for an anonymous or an erased one."""

    address: str
    language: str = "zh"
    contact_way: ContactWay = ContactWay.CHAT
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment of a case, by its key in the attachment store; `event` is the number of the event it came with."""

    key: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    event: int = 1


@dataclass(slots=True)
class Case:
    """One matter of one citizen from filing to the archive.

    `status` repeats the last event of the history that changed it. All datetimes are aware.
    `decide_by`: until when the citizen is told whether it is accepted. `reply_by`: until when it is answered.
    """

    number: str
    query_code: str
    status: Status
    reporter: Reporter
    narrative: str
    first_level: str
    second_level: str
    filed_at: datetime
    kind: Kind = Kind.COMPLAINT
    category_confidence: float = 0.0
    category_by: str = "model"
    """Who settled the category: ``model``, ``reporter`` or ``staff``."""
    requests: tuple[str, ...] = ()
    place: Place = field(default_factory=Place)
    occurrence: Occurrence = field(default_factory=Occurrence)
    respondent: str = ""
    people: str = "1-5"
    department: str = ""
    """Code of the one responsible department."""
    responsible: str = ""
    """Code of the department that answers for the case right now (首接负责): the one that took it last."""
    helpers: tuple[str, ...] = ()
    returns: int = 0
    """How often it was handed back (异议退回)."""
    recused: tuple[str, ...] = ()
    """Accounts that withdrew for an interest of their own (回避); they no longer see it."""
    handler: str = ""
    """Account name of the handler who took it, empty while nobody has."""
    policy: str = ""
    procedure: str = "ordinary"
    decide_by: datetime | None = None
    reply_by: datetime | None = None
    accepted_at: datetime | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    asked_at: datetime | None = None
    """When the citizen was asked for what is missing; None while nobody waits for them."""
    delivered_at: datetime | None = None
    reviewed_at: datetime | None = None
    """When the review (复查) was decided."""
    watch_at: datetime | None = None
    """When the next step of the ladder is due; None where no clock runs."""
    climbed_at: datetime | None = None
    """Until when the ladder's steps are done."""
    urgent: bool = False
    confidential: bool = False
    anonymous: bool = False
    joint: bool = False
    extended: bool = False
    wanted_days: int = 0
    """How many more days the handler asks for, while nobody has decided on it; else 0."""
    reopened: int = 0
    blocked: bool = False
    """The reporter's channel refuses our pushes."""
    publish: bool = False
    consent: str = ""
    """Version of the privacy notice that the citizen agreed to by submitting."""
    reply: str = ""
    """The public answer (公开答复); while a review is pending, its proposal."""
    draft: str = ""
    """The handler's answer while a request still has no outcome."""
    answers: tuple[Answer, ...] = ()
    """What becomes of each numbered request; public with the reply."""
    lawful_way: str = ""
    """The way of its own that the matter has by law, told when it was filed; empty for an ordinary one."""
    solved: Solved | None = None
    satisfaction: Satisfaction | None = None
    merged_into: str = ""
    representative: bool = False
    """In a joint matter: speaks for all (art. 20, at most five)."""
    language: str = "zh"
    files: tuple[File, ...] = ()
    version: int = 0
    """Row version: a save of a stale case is refused."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a citizen (address), a staff member (account name) or the system."""

    role: Role
    id: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's history; appended, never edited. `seq` counts from 1 within the case.

    `text` is for the citizen, `internal` for staff only.
    """

    seq: int
    at: datetime
    action: Action
    actor: Actor
    before: Status
    after: Status
    text: str = ""
    internal: str = ""
    data: dict[str, str] = field(default_factory=dict)
