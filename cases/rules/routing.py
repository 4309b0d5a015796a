"""Which department gets a case: the category decides, the place may; the accused unit never does.

信访工作条例 art. 22 (the authority in power), art. 30 (material of a 检举控告 is never passed to the accused unit).
"""

from dataclasses import dataclass

from cases.rules.case import Case, Kind
from cases.rules.city import City


@dataclass(frozen=True, slots=True)
class Route:
    """The one responsible department, the ones that help, and the procedure."""

    department: str
    helpers: tuple[str, ...]
    procedure: str


def route(city: City, first_level: str, second_level: str, area: str, kind: Kind, respondent: str) -> Route:
    """Where the case goes. `area` is an area code or empty; `respondent` is who is complained about, in words."""
    category = city.category(first_level, second_level)
    wanted = (category.department, *category.helpers, _of_area(city, area))
    allowed = [unit for unit in dict.fromkeys(wanted) if unit and not accused(city, unit, kind, respondent)]
    lead = allowed[0] if allowed else _fallback(city, kind, respondent)
    return Route(lead, tuple(unit for unit in allowed if unit != lead), category.procedure)


def accused(city: City, unit: str, kind: Kind, respondent: str) -> bool:
    """Whether the case is a 举报 about this very department."""
    return kind is Kind.REPORT and any(_named(name, respondent) for name in city.departments[unit].names.values())


def accused_person(case: Case, name: str) -> bool:
    """Whether the case is a 举报 that names this person; names of one character match nobody."""
    words = (case.respondent, case.narrative, *case.requests)
    return case.kind is Kind.REPORT and len(name) > 1 and any(name in each for each in words)


def _named(name: str, respondent: str) -> bool:
    return bool(respondent) and (name in respondent or (len(respondent) > 2 and respondent in name))


def _of_area(city: City, code: str) -> str:
    return next((area.department for area in city.areas if code and area.code == code), "")


def _fallback(city: City, kind: Kind, respondent: str) -> str:
    """The intake office, or, when it is the accused itself, the first department that is not."""
    for unit in (city.intake_department, *city.departments):
        if not accused(city, unit, kind, respondent):
            return unit
    return city.intake_department
