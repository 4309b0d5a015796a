"""What the dialogue needs from the rest of the house, as Protocols; the wiring fills them.

Actions ask `services()` at the moment of use, never at import or construction: under `python -m rasa_sdk` the instances
are pickled to a worker process, and each turn has a desk of its own, bound to that turn's transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Protocol

from cases.rules.case import File, Place, Satisfaction, Solved
from cases.rules.city import City
from cases.rules.desk import CaseView, Complaint, Erased, Neighbour, Question, Receipt, ReceptionSlot
from intents.understanding import Understanding


class CaseDesk(Protocol):
    """The use cases that a citizen's dialogue reaches; bound to one turn's transaction.

    Every method raises `cases.rules.desk.DeskError` for what cannot be done. `who` is the citizen's address
    (``channel:id``); what is not theirs is `CaseNotFound`, the same as what does not exist.
    """

    async def file(self, who: str, complaint: Complaint) -> Receipt: ...

    async def own(self, who: str) -> Sequence[CaseView]:
        """Their cases, the newest first, at most 20, without `steps`."""
        ...

    async def asked(self, who: str) -> Question | None:
        """The newest question of a handler's that waits for their answer."""
        ...

    async def look_up(self, who: str, number: str, query_code: str = "") -> CaseView:
        """One case with its steps: theirs, or another's with the right query code.

        `DeskError("track.bad_number")` for a wrong check digit, `CaseNotFound("track.not_found")` for the rest.
        """
        ...

    async def supplement(self, who: str, number: str, text: str, attachments: Sequence[File]) -> CaseView: ...

    async def withdraw(self, who: str, number: str, reason: str) -> CaseView: ...

    async def urge(self, who: str, number: str, words: str = "") -> CaseView: ...

    async def rate(
        self, who: str, number: str, solved: Solved | None, satisfaction: Satisfaction | None, words: str = ""
    ) -> CaseView: ...

    async def reopen(self, who: str, number: str, reason: str) -> CaseView: ...

    async def request_review(self, who: str, number: str, reason: str) -> CaseView: ...

    async def neighbour(
        self, who: str, first_level: str, second_level: str, place: Place, text: str
    ) -> Neighbour | None:
        """An open case that likely tells the same and may be joined (附议); None when there is none."""
        ...

    async def slots(self, who: str, number: str) -> Sequence[ReceptionSlot]:
        """The free slots of reception days, the next ones first."""
        ...

    async def book(self, who: str, number: str, slot: int) -> ReceptionSlot:
        """Book a slot; one that was booked before for the case is given back."""
        ...

    async def unbook(self, who: str, number: str) -> None: ...

    async def mediation(self, who: str, number: str, *, agrees: bool) -> None:
        """Say yes or no to a mediation."""
        ...

    async def receipt(self, who: str, number: str) -> None:
        """Have the receipt of their case sent to them."""
        ...

    async def my_data(self, who: str, language: str) -> None:
        """Have a file with everything about them sent to them."""
        ...

    async def correct(self, who: str, *, name: str = "", phone: str = "") -> int:
        """Another name or phone number on their open cases; how many. `DeskError` where there is none."""
        ...

    async def erase(self, who: str) -> Erased:
        """Take them away from what has ended; what is open goes on."""
        ...

    async def split(self, who: str, number: str) -> CaseView:
        """Have a case that joined another handled by itself again."""
        ...


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
