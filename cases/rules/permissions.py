"""Who sees and handles which case: by role and department. Default is no.

信访工作条例 arts. 30 and 46: a 举报 is invisible to the unit that it is about.
"""

from collections.abc import Iterable

from cases.rules.case import Case, Role
from cases.rules.city import City
from cases.rules.routing import accused, accused_person

EVERYWHERE = frozenset({Role.SUPERVISOR, Role.ADMIN})
IN_DEPARTMENT = frozenset({Role.HANDLER, Role.LEAD, Role.REVIEWER, Role.EXPORTER})
EXPORTING = frozenset({Role.EXPORTER, Role.SUPERVISOR, Role.ADMIN})
UNMASKING = frozenset({Role.EXPORTER, Role.ADMIN})
MANAGING = frozenset({Role.ADMIN})


def may_see(roles: Iterable[Role], department: str, case: Case, city: City) -> bool:
    """Whether somebody with these roles in that department may see the case."""
    mine = set(roles)
    if department in city.departments and accused(city, department, case.kind, case.respondent):
        return False
    if mine & EVERYWHERE:
        return True
    return bool(mine & IN_DEPARTMENT) and department in (case.department, case.responsible, *case.helpers)


def may_know(account: str, name: str, case: Case) -> bool:
    """Whether this very person may know of the case: not who withdrew (回避, art. 28), not whom a 举报 is about."""
    return account not in case.recused and not accused_person(case, name)


def departments_of(roles: Iterable[Role], department: str, city: City) -> tuple[str, ...]:
    """The departments whose cases may be listed and exported; all of them for those who work everywhere.

    The intake office's exporters keep the whole register.
    """
    mine = set(roles)
    everywhere = mine & EVERYWHERE or (Role.EXPORTER in mine and department == city.intake_department)
    return tuple(city.departments) if everywhere else (department,)
