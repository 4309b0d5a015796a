"""What the dialogue needs from the rest of the house, as Protocols; the wiring fills them.

Actions ask `services()` at the moment of use, never at import or construction: under `python -m rasa_sdk` the instances
are pickled to a worker process, and each turn has a desk of its own, bound to that turn's transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import Protocol

from cases.rules.case import ContactWay, Kind, Occurrence, Place, Satisfaction, Solved, Status
from cases.rules.city import City
from dialogs.messages import Address, Attachment
from intents.understanding import Understanding


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
    attachments: tuple[Attachment, ...] = ()
    language: str = "zh"
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen gets for it. `department` is its name in the citizen's language."""

    number: str
    query_code: str
    department: str
    decide_by: datetime
    reply_by: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history as the citizen may read it."""

    at: datetime
    status: Status
    text: str


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
    open_question: str = ""
    own: bool = True
    solved: Solved | None = None
    satisfaction: Satisfaction | None = None
    steps: tuple[Step, ...] = field(default=())
    actions: frozenset[str] = frozenset()
    """Which of ``supplement withdraw urge rate reopen request_review request_recheck`` are possible now."""


class CaseDesk(Protocol):
    """The use cases that a citizen's dialogue reaches; bound to one turn's transaction.

    Every method raises `DeskError` for what cannot be done. `who` is the citizen's address; what is not theirs is
    `CaseNotFound`, the same as what does not exist.
    """

    async def file(self, who: Address, complaint: Complaint) -> Receipt: ...

    async def own(self, who: Address) -> Sequence[CaseView]:
        """Their cases, the newest first, at most 20, without `steps`."""
        ...

    async def look_up(self, who: Address, number: str, query_code: str = "") -> CaseView:
        """One case with its steps: theirs, or another's with the right query code.

        `DeskError("track.bad_number")` for a wrong check digit, `CaseNotFound("track.not_found")` for the rest.
        """
        ...

    async def supplement(self, who: Address, number: str, text: str, attachments: Sequence[Attachment]) -> CaseView: ...

    async def withdraw(self, who: Address, number: str, reason: str) -> CaseView: ...

    async def urge(self, who: Address, number: str) -> CaseView: ...

    async def rate(
        self, who: Address, number: str, solved: Solved | None, satisfaction: Satisfaction | None
    ) -> CaseView: ...

    async def reopen(self, who: Address, number: str, reason: str) -> CaseView: ...

    async def request_review(self, who: Address, number: str, reason: str) -> CaseView: ...


@dataclass(frozen=True, slots=True)
class Services:
    """What one turn's actions may use."""

    desk: CaseDesk
    city: City
    now: Callable[[], datetime]
    understand: Callable[..., Understanding]


_current: ContextVar[Services] = ContextVar("services")


@contextmanager
def serving(services: Services) -> Iterator[None]:
    """Make `services` the ones that `services()` gives within the block."""
    token = _current.set(services)
    try:
        yield
    finally:
        _current.reset(token)


def services() -> Services:
    """This turn's services; outside the bot's process (an action server) the installed ``jiesu.desk`` entry point."""
    try:
        return _current.get()
    except LookupError:
        return _installed()


def _installed() -> Services:
    (entry,) = entry_points(group="jiesu.desk")
    opened: Services = entry.load()()
    return opened
