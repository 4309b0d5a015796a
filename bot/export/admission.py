"""Which cases of a page somebody may have: the permission table, asked once for all cases that are alike to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.export.columns import Known
from cases.rules.case import Case, Kind, Reporter, Role, Status
from cases.rules.city import City
from cases.rules.permissions import Person, may_export, may_name
from storage.pages import Page

FACTS = ("kind", "department", "responsible", "helpers", "recused", "confidential")
"""What the rights ask of an ordinary case."""
STORY = ("respondent", "narrative", "requests")
"""What they ask of a 举报 besides: whom it is about."""
NEVER = datetime.min.replace(tzinfo=UTC)
Answer = tuple[bool, bool]
"""Whether the case may stand in the file, and whether a confidential reporter may be named in it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked for the file, as far as rights go."""

    account: str
    name: str
    department: str
    roles: frozenset[Role]

    @classmethod
    def like(cls, person: Person) -> "Asker":
        """As this member of staff."""
        return cls(person.account, person.name, person.department, person.roles)


@dataclass(frozen=True, slots=True)
class Everything:
    """Who sits at the command line holds the database."""

    reads: tuple[str, ...] = ()

    def of(self, page: Page) -> tuple[Sequence[bool], Sequence[bool]]:
        """Yes, for each case."""
        yes = [True] * len(page["kind"])
        return yes, yes


class Admission:
    """What an account may have."""

    reads = (*FACTS, *STORY)

    def __init__(self, account: Person, city: City) -> None:
        self._account, self._city = account, city
        self._ordinary: Known[tuple[Any, ...], Answer] = Known(lambda facts: self._asked(*facts))

    def of(self, page: Page) -> tuple[Sequence[bool], Sequence[bool]]:
        """For each case: whether it may stand in the file; whether its confidential reporter may be named."""
        answers = [self._answer(row) for row in zip(*(page[name] for name in self.reads), strict=True)]
        return [admitted for admitted, _ in answers], [named for _, named in answers]

    def _answer(self, row: Sequence[Any]) -> Answer:
        kind, department, responsible, helpers, recused, confidential, *story = row
        facts = (kind, department, responsible, tuple(helpers), tuple(recused), bool(confidential))
        return self._asked(*facts, *story) if kind == Kind.REPORT else self._ordinary[facts]

    def _asked(
        self,
        kind: str,
        department: str,
        responsible: str,
        helpers: tuple[str, ...],
        recused: tuple[str, ...],
        confidential: bool,
        respondent: str = "",
        narrative: str = "",
        requests: Sequence[str] = (),
    ) -> Answer:
        case = Case(
            "", "", Status.SUBMITTED, Reporter(""), narrative, "", "", NEVER, Kind(kind),
            requests=tuple(requests), respondent=respondent, department=department, responsible=responsible,
            helpers=helpers, recused=recused, confidential=confidential,
        )  # fmt: skip
        return may_export(self._account, case, self._city), may_name(self._account, case, self._city)
