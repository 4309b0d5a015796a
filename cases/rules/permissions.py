"""Who may do what: the one table. Role × department × kind of case × act; what does not stand here is not allowed.

`SIGHT` says whose cases a role sees, `ACTS` which roles an act is for at all; what may happen to a case in its status
stands in `lifecycle.TABLE`, from which the acts that change a case take their roles. Staff commands, exports, searches
and the desk ask here; the routes over HTTP and what they need stand in `docs/security.md`, and a test walks them all.

信访工作条例 arts. 28, 30 and 46: a 举报 is invisible to the unit and the person that it is about, and to who only looks
after the machines; who has an interest withdraws.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cases.rules.case import STAFF_ROLES, Action, Case, Kind, Role
from cases.rules.city import City
from cases.rules.lifecycle import DESK, LEADING, REVIEWING, TABLE
from cases.rules.routing import accused, accused_person


class Person(Protocol):
    """A member of staff, as far as rights go."""

    @property
    def account(self) -> str:
        """Their account."""
        ...

    @property
    def name(self) -> str:
        """What they are called."""
        ...

    @property
    def department(self) -> str:
        """The code of where they work."""
        ...

    @property
    def roles(self) -> frozenset[Role]:
        """What they are."""
        ...


class Reach(StrEnum):
    """Whose cases somebody sees."""

    NOWHERE = "nowhere"
    OWN = "own"
    """Those that their department answers for, works on or helps with."""
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a role sees: ordinary cases, and 举报 (`Kind.REPORT`)."""

    ordinary: Reach
    report: Reach


SIGHT: Mapping[Role, Sight] = {
    Role.HANDLER: Sight(Reach.OWN, Reach.OWN),
    Role.LEAD: Sight(Reach.OWN, Reach.OWN),
    Role.REVIEWER: Sight(Reach.OWN, Reach.OWN),
    Role.SUPERVISOR: Sight(Reach.EVERYWHERE, Reach.EVERYWHERE),
    Role.EXPORTER: Sight(Reach.OWN, Reach.OWN),
    Role.ADMIN: Sight(Reach.EVERYWHERE, Reach.NOWHERE),
}


def _by(*actions: Action) -> frozenset[Role]:
    """The staff who may do one of these actions in some status."""
    return frozenset(role for row in TABLE if row.action in actions for role in row.roles if role in STAFF_ROLES)


EVERYBODY = frozenset(STAFF_ROLES)
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINS = frozenset({Role.ADMIN})
WRITING = _by(Action.REPLY)
ACTS: Mapping[str, frozenset[Role]] = {
    "inbox": EVERYBODY,
    "due": EVERYBODY,
    "case": EVERYBODY,
    "files": EVERYBODY,
    "original": SUPERVISORS,
    "find": EVERYBODY,
    "accept": _by(Action.ACCEPT),
    "decline": _by(Action.DECLINE),
    "redirect": _by(Action.REDIRECT),
    "assign": _by(Action.ASSIGN),
    "sign": _by(Action.SIGN),
    "note": _by(Action.NOTE),
    "progress": _by(Action.PROGRESS),
    "schedule": _by(Action.SCHEDULE),
    "ask": _by(Action.ASK_INFO),
    "callback": _by(Action.CALL_BACK),
    "supervise": _by(Action.SUPERVISE),
    "classify": _by(Action.CLASSIFY),
    "close": _by(Action.CLOSE),
    "reopen": _by(Action.REOPEN),
    "reply": WRITING,
    "answer": WRITING,
    "send": WRITING,
    "outcome": WRITING | _by(Action.APPROVE, Action.CORRECT),
    "approve": _by(Action.APPROVE),
    "sendback": _by(Action.SEND_BACK),
    "return": _by(Action.OBJECT),
    "keep": _by(Action.REFUSE_RETURN),
    "recuse": _by(Action.RECUSE),
    "lead": _by(Action.APPOINT),
    "helper": _by(Action.ADD_UNIT),
    "merge": _by(Action.MERGE),
    "split": _by(Action.SPLIT),
    "joint": EVERYBODY,
    "represent": _by(Action.REPRESENT),
    "undo": _by(Action.UNDO),
    "extend": _by(Action.EXTEND, Action.ASK_EXTENSION),
    "grant": _by(Action.EXTEND),
    "deny": _by(Action.REFUSE_EXTENSION),
    "review": _by(Action.DECIDE_REVIEW, Action.DECIDE_RECHECK),
    "rates": EVERYBODY,
    "exclude": SUPERVISORS,
    "include": SUPERVISORS,
    "duty": EVERYBODY,
    "letter": frozenset(DESK),
    "letter_to_units": frozenset(LEADING),
    "issue": frozenset(LEADING),
    "void": frozenset(DESK),
    "letters": EVERYBODY,
    "print": EVERYBODY,
    "reception": EVERYBODY,
    "open_reception": frozenset(LEADING),
    "consult": frozenset(LEADING),
    "hearing": frozenset(LEADING),
    "mediate": frozenset(DESK),
    "minutes": frozenset(DESK),
    "typical": frozenset(REVIEWING),
    "untypical": frozenset(LEADING),
    "similar": EVERYBODY,
    "export": frozenset({Role.EXPORTER, Role.SUPERVISOR, Role.ADMIN}),
    "export_unmasked": frozenset({Role.EXPORTER, Role.ADMIN}),
    "report": EVERYBODY,
    "audit": SUPERVISORS,
    "dead": SUPERVISORS | ADMINS,
    "staff": EVERYBODY,
    "manage": ADMINS,
    "help": EVERYBODY,
}
"""Which roles an act is for; the names are those of the staff commands, and of their parts that need more."""


def may(roles: Iterable[Role], act: str) -> bool:
    """Whether one of the roles may do an act at all; an unknown act is for nobody."""
    return bool(ACTS.get(act, frozenset()) & set(roles))


def may_see(roles: Iterable[Role], department: str, case: Case, city: City) -> bool:
    """Whether somebody with these roles in that department may see the case."""
    if of_the_accused(department, case, city):
        return False
    reaches = {SIGHT[role].report if case.kind is Kind.REPORT else SIGHT[role].ordinary for role in roles}
    mine = department in (case.department, case.responsible, *case.helpers)
    return Reach.EVERYWHERE in reaches or (Reach.OWN in reaches and mine)


def of_the_accused(department: str, case: Case, city: City) -> bool:
    """Whether a department is the one that a 举报 is about."""
    known = department in city.departments
    return known and accused(city, department, case.kind, case.respondent, case.narrative)


def may_know(person: Person, case: Case, city: City) -> bool:
    """Whether this very person may be told of the case at all, also when asked to help: not who withdrew (回避,
    art. 28), not whom a 举报 is about, nobody of the unit that it is about.
    """
    barred = person.account in case.recused or accused_person(case, person.name)
    return not barred and not of_the_accused(person.department, case, city)


def sees(person: Person, case: Case, city: City) -> bool:
    """Whether this member of staff sees the case."""
    return may_know(person, case, city) and may_see(person.roles, person.department, case, city)


def keeps_register(roles: Iterable[Role], department: str, city: City) -> bool:
    """Whether they keep the whole register: the intake office's exporters."""
    return Role.EXPORTER in set(roles) and department == city.intake_department


def may_export(person: Person, case: Case, city: City) -> bool:
    """Whether the case may stand in what they export: what they see, and the register's ordinary cases."""
    registered = case.kind is not Kind.REPORT and keeps_register(person.roles, person.department, city)
    return sees(person, case, city) or (registered and may_know(person, case, city))


def may_name(person: Person, case: Case, city: City) -> bool:
    """Whether this member of staff may learn who a confidential reporter is (保密): who keeps the register."""
    return not case.confidential or keeps_register(person.roles, person.department, city)


def may_know_reporter(department: str, case: Case, city: City) -> bool:
    """Whether they may read who complains: of a confidential case (保密) only the office that took it in knows."""
    return not case.anonymous and (not case.confidential or department == city.intake_department)


def departments_of(roles: Iterable[Role], department: str, city: City) -> tuple[str, ...]:
    """The departments whose cases may be listed and exported; all for who sees everywhere or keeps the register."""
    mine = set(roles)
    everywhere = any(SIGHT[role].ordinary is Reach.EVERYWHERE for role in mine)
    return tuple(city.departments) if everywhere or keeps_register(mine, department, city) else (department,)
