"""The city: its departments, categories, areas, policies and workdays, read from a folder that a clerk can edit.

The folder's files are described in ``cases/cities/README.md``. `City.load` checks them; a mistake stops the start with
one line that names file, row and column (`CityError`).
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from cases.rules.retention import Retention, RetentionError
from cases.rules.retention import read as read_retention

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where it is there: some ten times faster."""
SAMPLE = Path(__file__).parent.parent / "cities" / "yunzhou"


class CityError(ValueError):
    """A file of the city's folder is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Department:
    """A unit that handles cases. `names`, `office`, `phone`: what the citizen is told of it, by language.

    `also`: what people call it besides.
    """

    code: str
    names: Mapping[str, str]
    phone: str = ""
    office: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A matter: two levels with names by language, the department in power, and the procedure it is handled by.

    `code` is short ASCII (it travels in buttons). `procedure`: a key of the policy's clocks.
    """

    code: str
    first_level: str
    second_level: str
    first_names: Mapping[str, str]
    second_names: Mapping[str, str]
    department: str
    helpers: tuple[str, ...] = ()
    procedure: str = "ordinary"
    urgency_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A grid of the city: district, street or town, community, its roads, and who looks after it."""

    code: str
    grid: str
    district: str
    street: str
    community: str
    roads: tuple[str, ...]
    department: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call at once, with what it is for by language. `dangers`: where it comes first; `only`: and nowhere
    else.
    """

    number: str
    names: Mapping[str, str]
    dangers: tuple[str, ...] = ()
    only: bool = False


DANGERS = ("despair", "fire", "gas", "rescue", "violence", "traffic", "hurt")
"""The kinds of danger that a number may be for."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the duty roster: a date, a weekday (``mon``) or ``daily``, an account, a number to call."""

    day: str
    account: str
    phone: str


@dataclass(frozen=True)
class City:
    """Everything about the city that is data. Look things up with the methods; unknown codes raise `KeyError`."""

    names: Mapping[str, str]
    prefix: str
    timezone: str
    policy: str
    review_replies: bool
    hotline: str
    consent_version: str
    intake_department: str
    office: Mapping[str, str]
    quiet_hours: tuple[int, int]
    emergency: tuple[EmergencyNumber, ...]
    departments: Mapping[str, Department]
    categories: tuple[Category, ...]
    areas: tuple[Area, ...]
    policies: Mapping[str, Any]
    office_hours: tuple[int, int]
    report_hour: int
    """When the supervisors get the day's report."""
    duty: tuple[DutyRow, ...]
    surge_hours: int
    """Within how long many matters of one kind in one place are a rise that duty staff hear of."""
    surge_levels: tuple[int, ...]
    """From how many on, level by level; empty: never."""
    workdays: Mapping[date, bool]
    """Days on which the city's file decides: True is a working day."""
    retention: Retention = field(default_factory=Retention)

    def category(self, first_level: str, second_level: str) -> Category:
        """The category with these Chinese names; the first level's "其他" when the second is unknown."""
        return self._by_name.get((first_level, second_level)) or self._last_of.get(first_level, self.categories[-1])

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Category]:
        return {(each.first_level, each.second_level): each for each in reversed(self.categories)}

    @cached_property
    def _last_of(self) -> Mapping[str, Category]:
        return {each.first_level: each for each in self.categories}

    def category_by_code(self, code: str) -> Category:
        """The category with that code; `KeyError` when there is none."""
        for category in self.categories:
            if category.code == code:
                return category
        raise KeyError(code)

    def first_levels(self) -> tuple[str, ...]:
        """The first levels in the file's order."""
        return tuple(dict.fromkeys(category.first_level for category in self.categories))

    def department_name(self, code: str, language: str) -> str:
        """What a department is called; its code when it is unknown (it was deleted from the file)."""
        department = self.departments.get(code)
        return named(department.names, language) if department else code

    @classmethod
    def load(cls, folder: Path) -> "City":
        """Read and check the folder; raise `CityError`."""
        return CityReader(folder).read()


def named(names: Mapping[str, str], language: str) -> str:
    """The name in `language`, else the Chinese one."""
    return names.get(language) or names["zh"]


DAY = re.compile(r"\d{4}-\d{2}-\d{2}|mon|tue|wed|thu|fri|sat|sun|daily")


def hours(pair: Sequence[int]) -> tuple[int, int]:
    """The first and the last hour of a span of the day."""
    first, last = pair
    return int(first), int(last)


def split_list(cell: str) -> tuple[str, ...]:
    """A cell that lists several things, parted by ``;`` or ``；``."""
    return tuple(part.strip() for part in cell.replace("；", ";").split(";") if part.strip())


class CityReader:
    """Reads the files of one folder; every complaint names the file and the row."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> City:
        """The whole city."""
        about = self._yaml("city.yml")
        departments = {department.code: department for department in self._departments()}
        categories = tuple(self._categories(departments))
        policies = self._yaml("policies.yml")
        if about.get("policy") not in policies:
            raise CityError(f"city.yml: policy {about.get('policy')!r} is not in policies.yml")
        if about.get("intake_department") not in departments:
            raise CityError(f"city.yml: intake_department {about.get('intake_department')!r} is not in departments.csv")
        try:
            return self._city(about, departments, categories, policies)
        except KeyError as missing:
            raise CityError(f"city.yml: {missing.args[0]} is missing") from None

    def _city(
        self,
        about: dict[str, Any],
        departments: Mapping[str, Department],
        categories: tuple[Category, ...],
        policies: dict[str, Any],
    ) -> City:
        start, end = about["quiet_hours"]
        return City(
            names=about["names"],
            prefix=about["prefix"],
            timezone=about["timezone"],
            policy=about["policy"],
            review_replies=bool(about["review_replies"]),
            hotline=str(about["hotline"]),
            consent_version=str(about["consent_version"]),
            intake_department=about["intake_department"],
            office=about["office"],
            quiet_hours=(int(start), int(end)),
            emergency=tuple(self._emergency(each) for each in about["emergency"]),
            departments=departments,
            categories=categories,
            areas=tuple(self._areas(departments)),
            policies=policies,
            office_hours=hours(about.get("office_hours", (9, 17))),
            report_hour=int(about.get("report_hour", 17)),
            duty=tuple(self._duty()),
            surge_hours=int(about.get("surge", {}).get("hours", 24)),
            surge_levels=tuple(int(each) for each in about.get("surge", {}).get("levels", ())),
            workdays=dict(self._workdays()),
            retention=self._retention(),
        )

    def _retention(self) -> Retention:
        if not (self.folder / "retention.yml").exists():
            return Retention()
        try:
            return read_retention(self._yaml("retention.yml"))
        except RetentionError as error:
            raise CityError(f"retention.yml: {error}") from None

    def _departments(self) -> Iterator[Department]:
        for _, row in self._csv("departments.csv", ("code", "zh", "en")):
            office = {"zh": row.get("office_zh", ""), "en": row.get("office_en", "")}
            names, also = {"zh": row["zh"], "en": row["en"]}, split_list(row.get("also", ""))
            yield Department(row["code"], names, row.get("phone", ""), office, also)

    def _categories(self, departments: Mapping[str, Department]) -> Iterator[Category]:
        columns = ("code", "first_zh", "second_zh", "first_en", "second_en", "department")
        seen: set[str] = set()
        for line, row in self._csv("categories.csv", columns):
            units = (row["department"], *split_list(row.get("helpers", "")))
            for unit in units:
                if unit not in departments:
                    raise CityError(f"categories.csv, line {line}: department {unit!r} is not in departments.csv")
            if row["code"] in seen:
                raise CityError(f"categories.csv, line {line}: code {row['code']!r} stands twice")
            seen.add(row["code"])
            yield Category(
                code=row["code"],
                first_level=row["first_zh"],
                second_level=row["second_zh"],
                first_names={"zh": row["first_zh"], "en": row["first_en"]},
                second_names={"zh": row["second_zh"], "en": row["second_en"]},
                department=row["department"],
                helpers=units[1:],
                procedure=row.get("procedure") or "ordinary",
                urgency_words=split_list(row.get("urgency_words", "")),
            )

    def _areas(self, departments: Mapping[str, Department]) -> Iterator[Area]:
        for line, row in self._csv("areas.csv", ("code", "grid", "district", "street", "community", "roads")):
            unit = row.get("department", "")
            if unit and unit not in departments:
                raise CityError(f"areas.csv, line {line}: department {unit!r} is not in departments.csv")
            roads = split_list(row["roads"])
            yield Area(row["code"], row["grid"], row["district"], row["street"], row["community"], roads, unit)

    def _duty(self) -> Iterator[DutyRow]:
        if not (self.folder / "duty.csv").exists():
            return
        for line, row in self._csv("duty.csv", ("day", "account")):
            if not DAY.fullmatch(row["day"]):
                raise CityError(f"duty.csv, line {line}: day must be a date like 2026-10-01, mon to sun, or daily")
            yield DutyRow(row["day"], row["account"], row.get("phone", ""))

    def _workdays(self) -> Iterator[tuple[date, bool]]:
        for line, row in self._csv("workdays.csv", ("date", "working")):
            try:
                yield date.fromisoformat(row["date"]), {"yes": True, "no": False}[row["working"]]
            except (ValueError, KeyError):
                raise CityError(f"workdays.csv, line {line}: needs a date like 2026-10-01 and yes or no") from None

    def _emergency(self, row: dict[str, Any]) -> EmergencyNumber:
        unknown = set(row.get("for") or ()) - set(DANGERS)
        if unknown:
            raise CityError(f"city.yml: emergency {row['number']}: {unknown.pop()!r} is none of {' '.join(DANGERS)}")
        dangers, only = tuple(row.get("for") or ()), bool(row.get("only"))
        return EmergencyNumber(str(row["number"]), row["names"], dangers, only)

    def _yaml(self, name: str) -> dict[str, Any]:
        try:
            found = yaml.load((self.folder / name).read_text(encoding="utf-8"), Loader=QUICK)
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
            raise CityError(f"{name}: {error}") from None
        if not isinstance(found, dict):
            raise CityError(f"{name}: must have keys and values")
        return found

    def _csv(self, name: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        try:
            text = (self.folder / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CityError(f"{name}: {error}") from None
        reader = csv.DictReader(text.splitlines())
        for column in columns:
            if column not in (reader.fieldnames or ()):
                raise CityError(f"{name}: column {column!r} is missing")
        for row in reader:
            yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}
