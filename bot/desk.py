"""The citizens' desk for a process of its own (Rasa's action server): every call is one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar

from bot.settings import read_settings, sealer
from cases.casework.citizens import CitizenDesk
from cases.casework.work import Work
from cases.rules.case import File, Place, Satisfaction, Solved
from cases.rules.city import City
from cases.rules.desk import CaseView, Complaint, Erased, Neighbour, Question, Receipt, ReceptionSlot
from dialogs.ports import Services
from intents.understanding import understand
from storage.session import Database
from storage.unit import working

T = TypeVar("T")
RASA = "rasa"


def who_is(sender: str) -> str:
    """An address: senders of a Rasa server that name no channel are ``rasa:<id>``."""
    return sender if ":" in sender else f"{RASA}:{sender}"


class TransactionDesk:
    """`dialogs.ports.CaseDesk` with a transaction a call."""

    def __init__(self, database: Database, city: City, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._city = city
        self._clock = clock

    async def _do(self, call: Callable[[CitizenDesk], Awaitable[T]]) -> T:
        async with working(self._database) as unit:
            return await call(CitizenDesk(Work(unit, self._city, self._clock())))

    async def file(self, who: str, complaint: Complaint) -> Receipt:
        """See `CaseDesk.file`."""
        return await self._do(lambda desk: desk.file(who_is(who), complaint))

    async def own(self, who: str) -> Sequence[CaseView]:
        """See `CaseDesk.own`."""
        return await self._do(lambda desk: desk.own(who_is(who)))

    async def asked(self, who: str) -> Question | None:
        """See `CaseDesk.asked`."""
        return await self._do(lambda desk: desk.asked(who_is(who)))

    async def look_up(self, who: str, number: str, query_code: str = "") -> CaseView:
        """See `CaseDesk.look_up`."""
        return await self._do(lambda desk: desk.look_up(who_is(who), number, query_code))

    async def supplement(self, who: str, number: str, text: str, attachments: Sequence[File]) -> CaseView:
        """See `CaseDesk.supplement`."""
        return await self._do(lambda desk: desk.supplement(who_is(who), number, text, attachments))

    async def withdraw(self, who: str, number: str, reason: str) -> CaseView:
        """See `CaseDesk.withdraw`."""
        return await self._do(lambda desk: desk.withdraw(who_is(who), number, reason))

    async def urge(self, who: str, number: str, words: str = "") -> CaseView:
        """See `CaseDesk.urge`."""
        return await self._do(lambda desk: desk.urge(who_is(who), number, words))

    async def rate(
        self, who: str, number: str, solved: Solved | None, satisfaction: Satisfaction | None, words: str = ""
    ) -> CaseView:
        """See `CaseDesk.rate`."""
        return await self._do(lambda desk: desk.rate(who_is(who), number, solved, satisfaction, words))

    async def reopen(self, who: str, number: str, reason: str) -> CaseView:
        """See `CaseDesk.reopen`."""
        return await self._do(lambda desk: desk.reopen(who_is(who), number, reason))

    async def request_review(self, who: str, number: str, reason: str) -> CaseView:
        """See `CaseDesk.request_review`."""
        return await self._do(lambda desk: desk.request_review(who_is(who), number, reason))

    async def neighbour(
        self, who: str, first_level: str, second_level: str, place: Place, text: str
    ) -> Neighbour | None:
        """See `CaseDesk.neighbour`."""
        return await self._do(lambda desk: desk.neighbour(who_is(who), first_level, second_level, place, text))

    async def slots(self, who: str, number: str) -> Sequence[ReceptionSlot]:
        """See `CaseDesk.slots`."""
        return await self._do(lambda desk: desk.slots(who_is(who), number))

    async def book(self, who: str, number: str, slot: int) -> ReceptionSlot:
        """See `CaseDesk.book`."""
        return await self._do(lambda desk: desk.book(who_is(who), number, slot))

    async def unbook(self, who: str, number: str) -> None:
        """See `CaseDesk.unbook`."""
        await self._do(lambda desk: desk.unbook(who_is(who), number))

    async def mediation(self, who: str, number: str, *, agrees: bool) -> None:
        """See `CaseDesk.mediation`."""
        await self._do(lambda desk: desk.mediation(who_is(who), number, agrees=agrees))

    async def receipt(self, who: str, number: str) -> None:
        """See `CaseDesk.receipt`."""
        await self._do(lambda desk: desk.receipt(who_is(who), number))

    async def my_data(self, who: str, language: str) -> None:
        """See `CaseDesk.my_data`."""
        await self._do(lambda desk: desk.my_data(who_is(who), language))

    async def correct(self, who: str, *, name: str = "", phone: str = "") -> int:
        """See `CaseDesk.correct`."""
        return await self._do(lambda desk: desk.correct(who_is(who), name=name, phone=phone))

    async def erase(self, who: str) -> Erased:
        """See `CaseDesk.erase`."""
        return await self._do(lambda desk: desk.erase(who_is(who)))

    async def split(self, who: str, number: str) -> CaseView:
        """See `CaseDesk.split`."""
        return await self._do(lambda desk: desk.split(who_is(who), number))


@cache
def standalone_services(clock: Callable[[], datetime]) -> Services:
    """The services of this process, opened at the first use: a pool must not be pickled to a worker."""
    settings = read_settings()
    city = City.load(settings.city)
    return Services(
        TransactionDesk(Database(settings.database_url, sealer(settings)), city, clock), city, clock, understand
    )
