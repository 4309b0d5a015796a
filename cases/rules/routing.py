"""Which department gets a case: the category decides, the place may; the accused unit never does.

信访工作条例 art. 22 (the authority in power), art. 30 (material of a 检举控告 is never passed to the accused unit).
"""

import re
from dataclasses import dataclass
from functools import cache

from cases.rules.case import Case, Kind
from cases.rules.city import City
from cases.rules.reply_words import words

SHORTEST, SHORTEST_LATIN = 2, 4
"""Characters and letters of a part of a name that may stand for the whole."""


@dataclass(frozen=True, slots=True)
class Route:
    """The one responsible department, the ones that help, and the procedure."""

    department: str
    helpers: tuple[str, ...]
    procedure: str


def route(
    city: City, first_level: str, second_level: str, area: str, kind: Kind, respondent: str, narrative: str = ""
) -> Route:
    """Where the case goes. `area` is an area code or empty; `respondent` is who is complained about, in words."""
    category = city.category(first_level, second_level)
    wanted = (category.department, *category.helpers, _of_area(city, area))
    barred = {unit for unit in city.departments if accused(city, unit, kind, respondent, narrative)}
    allowed = [unit for unit in dict.fromkeys(wanted) if unit and unit not in barred]
    lead = allowed[0] if allowed else _fallback(city, barred)
    return Route(lead, tuple(unit for unit in allowed if unit != lead), category.procedure)


def others(city: City, case: Case) -> tuple[str, ...]:
    """The departments besides its own that a case may well belong to, the likeliest first: those of its matter and
    place, then the intake office; never the one that a 举报 is about.
    """
    found = route(
        city, case.first_level, case.second_level, case.place.area, case.kind, case.respondent, case.narrative
    )
    wanted = (found.department, *found.helpers, *case.helpers, city.intake_department)
    barred = {unit for unit in wanted if accused(city, unit, case.kind, case.respondent, case.narrative)}
    return tuple(unit for unit in dict.fromkeys(wanted) if unit != case.department and unit not in barred)


def accused(city: City, unit: str, kind: Kind, respondent: str, narrative: str = "") -> bool:
    """Whether the case is a 举报 about this very department, or about somebody who the story says works there."""
    if kind is not Kind.REPORT:
        return False
    names = called(city, unit)
    return any(_named(name, respondent) for name in names) or _works_at(names, f"{respondent}\n{narrative}")


def accused_person(case: Case, name: str) -> bool:
    """Whether the case is a 举报 that names this person; names of one character match nobody."""
    words = (case.respondent, case.narrative, *case.requests)
    return case.kind is Kind.REPORT and len(name) > 1 and any(name in each for each in words)


def called(city: City, unit: str) -> tuple[str, ...]:
    """Everything that people call a department: its names, with and without the city's, and what else the file says."""
    department = city.departments[unit]
    full = tuple(department.names.values())
    short = (name.replace(place, "").strip(" ,") for name in full for place in city.names.values())
    return tuple(dict.fromkeys(name for name in (*full, *short, *department.also) if len(name) > 1))


def unit_called(city: City, name: str) -> str:
    """The code of the department that people call so, or that has this code; empty where there is none."""
    wanted = name.casefold()
    names = {code: (code, *(each.casefold() for each in called(city, code))) for code in city.departments}
    return next((code for code, known in names.items() if wanted in known), "")


def unit_meant(city: City, name: str) -> str:
    """The same for a name that is cut short ("住建", "city management"), where only one department can be meant."""
    if found := unit_called(city, name):
        return found
    wanted = name.casefold().strip()
    if len(wanted) < (SHORTEST_LATIN if wanted.isascii() else SHORTEST):
        return ""
    like = [code for code in city.departments if any(wanted in each.casefold() for each in called(city, code))]
    return like[0] if len(like) == 1 else ""


def _named(name: str, respondent: str) -> bool:
    return bool(respondent) and (name in respondent or (len(respondent) > 2 and respondent in name))


def _works_at(called: tuple[str, ...], story: str) -> bool:
    """Whether an official stands right beside the department's name."""
    return any(_beside(name).search(story) for name in called)


@cache
def _beside(name: str) -> re.Pattern[str]:
    """A department's name with an official beside it: in Chinese within eight letters after, in English around; in
    Chinese also right behind "I report".
    """
    titles, heads = "|".join(words()["officials"]), "|".join(words()["heads"])
    if not name.isascii():
        reported, one, takes = "|".join(words()["reported"]), words()["someone"], words()["takes"]
        after = rf"(?:{heads}|{one}|{takes}|\w{{0,8}}?(?:{titles}))"
        return re.compile(rf"(?:{reported}){re.escape(name)}|{re.escape(name)}{after}")
    near = re.escape(name)
    return re.compile(rf"{near}\W.{{0,30}}\b(?:{titles})\b|\b(?:{titles})\b.{{0,30}}\W{near}", re.IGNORECASE)


def _of_area(city: City, code: str) -> str:
    return next((area.department for area in city.areas if code and area.code == code), "")


def _fallback(city: City, barred: set[str]) -> str:
    """The intake office, or, when it is the accused itself, the first department that is not."""
    allowed = (unit for unit in (city.intake_department, *city.departments) if unit not in barred)
    return next(allowed, city.intake_department)
