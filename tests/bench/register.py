"""A register of any size, filled fast and real: cases with their histories, every personal datum sealed as the bot
seals it. Rows go through the columns' own types and past SQLAlchemy's statements, in one transaction.
"""

import random
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from cases.rules import tracking
from cases.rules.case import (
    Action,
    Actor,
    Case,
    ContactWay,
    Event,
    File,
    Occurrence,
    Place,
    Reporter,
    Role,
    Satisfaction,
    Solved,
    Status,
)
from cases.rules.city import SAMPLE, City
from storage import tables
from storage.case_rows import line_of, row_of
from storage.sealed import ATTRIBUTE
from storage.sealing import Sealer
from tests.support.clock import SHANGHAI

CITY = City.load(SAMPLE)
EXAMPLES = yaml.safe_load((Path(__file__).parents[2] / "bot" / "demo.yml").read_text(encoding="utf-8"))["cases"]
WORDS = [example["words"] for example in EXAMPLES]
REPLIES = [step["reply"] for example in EXAMPLES for step in example.get("steps", ()) if "reply" in step]
NAMES = ("\u674e\u79c0\u82f1", "\u738b\u4f1f", "\u5f20\u4e09\u4e30", "\u9648\u9759", "Li Hua")
END = datetime(2026, 11, 23, 15, tzinfo=SHANGHAI)
SPAN = timedelta(days=2 * 365)
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name LIKE 'case%' AND sql IS NOT NULL"
PATTERNS = 1300
"""So many closed and open cases are sealed; the others differ from them in number, person and times."""
OPEN_LAST = 0.04
"""The newest cases are open, and one in two hundred of the older ones."""
ON_THE_WAY = (
    Status.SUBMITTED, Status.ACCEPTED, Status.TRANSFERRED, Status.IN_PROGRESS, Status.NEED_INFO, Status.PENDING_REVIEW,
    Status.FOLLOW_UP,
)  # fmt: skip
LIFE = (
    (Action.REGISTER, Role.REPORTER, Status.DRAFT, Status.SUBMITTED, 0),
    (Action.ACCEPT, Role.HANDLER, Status.SUBMITTED, Status.ACCEPTED, 2),
    (Action.REPLY, Role.HANDLER, Status.ACCEPTED, Status.PENDING_REVIEW, 9),
    (Action.APPROVE, Role.REVIEWER, Status.PENDING_REVIEW, Status.REPLIED, 10),
    (Action.CLOSE, Role.REPORTER, Status.REPLIED, Status.RESOLVED, 14),
)
"""What happens to a case, and on which day after it was filed."""


def a_case(n: int, dice: random.Random, *, closed: bool) -> Case:
    """A case; `n` says what is in it."""
    filed = END
    category = CITY.categories[n % len(CITY.categories)]
    area = CITY.areas[n % len(CITY.areas)]
    status = Status.RESOLVED if closed else ON_THE_WAY[n % len(ON_THE_WAY)]
    accepted = closed or status is not Status.SUBMITTED
    way = (ContactWay.PHONE, ContactWay.CHAT, ContactWay.PHONE, ContactWay.ANONYMOUS)[n % 4]
    with_name = way is ContactWay.PHONE
    day = timedelta(days=1)
    return Case(
        number=tracking.number("XF", filed.date(), n % 999_999 + 1),
        query_code=tracking.query_code(dice.choice),
        status=status,
        reporter=Reporter(
            f"telegram:{10_000_000 + n * 7 % 600_011}", "zh", way,
            NAMES[n % len(NAMES)] if with_name else "", f"+86138{n * 37 % 10**8:08d}" if with_name else "",
        ),
        narrative=f"{WORDS[n % len(WORDS)]} {n}",
        first_level=category.first_level,
        second_level=category.second_level,
        filed_at=filed,
        category_confidence=0.9,
        requests=(WORDS[n % 7][-12:],),
        place=Place(f"{area.roads[0]}{n % 300}\u53f7" if area.roads else "", area.code, area.grid),
        occurrence=Occurrence("", filed - day, filed) if n % 2 else Occurrence(),
        department=category.department,
        responsible=category.department,
        handler=f"{category.department}_h" if accepted else "",
        policy="regulation",
        procedure=category.procedure,
        decide_by=filed + 15 * day,
        reply_by=filed + 62 * day if accepted else None,
        accepted_at=filed + 2 * day if accepted else None,
        replied_at=filed + 10 * day if closed else None,
        delivered_at=filed + 10 * day if closed else None,
        closed_at=filed + 14 * day if closed else None,
        watch_at=None if closed else filed + 59 * day,
        climbed_at=filed,
        urgent=n % 50 == 0,
        confidential=n % 40 == 0,
        anonymous=way is ContactWay.ANONYMOUS,
        reply=REPLIES[n % len(REPLIES)] if closed else "",
        solved=Solved.SOLVED if closed and n % 3 else None,
        satisfaction=Satisfaction.SATISFIED if closed and n % 3 else None,
        files=(File(f"{n:032x}", "photo", "a.jpg", "image/jpeg", 90_000, f"{n:064x}"),) if n % 5 == 0 else (),
    )  # fmt: skip


def events_of(case: Case) -> Iterator[Event]:
    """Its history: five lines of a closed case, one or two of an open one."""
    life = LIFE if case.closed_at else LIFE[: 2 if case.accepted_at else 1]
    for seq, (action, role, before, after, days) in enumerate(life, 1):
        citizen = role is Role.REPORTER
        actor = Actor(role, case.reporter.address if citizen else case.handler, "" if citizen else case.department)
        at = case.filed_at + timedelta(days=days)
        data = {} if citizen else {"department": case.department}
        yield Event(seq, at, action, actor, before, after, case.reply if action is Action.REPLY else "", "", data)


class Rows:
    """A table's rows as SQLite keeps them: each value goes through its column's type."""

    def __init__(self, table: Table, sealer: Sealer) -> None:
        dialect = sqlite.dialect()
        setattr(dialect, ATTRIBUTE, sealer)
        found = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns}
        self._processors = {name: each for name, each in found.items() if name != "id"}
        self.names = list(self._processors)
        marks = ", ".join("?" * len(self.names))
        quoted = ", ".join(f'"{name}"' for name in self.names)
        self.insert = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"

    def pattern(self, values: Mapping[str, Any], filed: datetime) -> "Pattern":
        """One row, sealed, whose times can be moved."""
        row = [each(values.get(name)) if each else values.get(name) for name, each in self._processors.items()]
        times = [
            (place, values[name] - filed)
            for place, name in enumerate(self.names)
            if isinstance(values.get(name), datetime)
        ]
        return Pattern(row, times)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row, and which of its columns are times so long after the filing."""

    row: list[Any]
    times: list[tuple[int, timedelta]]

    def at(self, filed: datetime, changes: Mapping[int, Any]) -> list[Any]:
        """The row of another case, filed then (naive UTC)."""
        row = self.row.copy()
        for place, span in self.times:
            row[place] = (filed + span).isoformat(" ", "microseconds")
        for place, value in changes.items():
            row[place] = value
        return row


class Maker:
    """Makes rows of `count` cases out of some that went the whole way."""

    def __init__(self, sealer: Sealer, count: int) -> None:
        self.sealer = sealer
        self.count = count
        self.cases, self.lines = Rows(tables.cases, sealer), Rows(tables.case_events, sealer)
        dice = random.Random(5)
        self._closed = [self._patterns(a_case(n, dice, closed=True)) for n in range(PATTERNS)]
        self._open = [self._patterns(a_case(n, dice, closed=False)) for n in range(PATTERNS)]
        names, lines = self.cases.names.index, self.lines.names.index
        self._number, self._reporter, self._phone = names("number"), names("reporter"), names("phone_index")
        self._line_number, self._line_actor, self._line_role = lines("number"), lines("actor_id"), lines("actor_role")

    def rows(self, n: int) -> tuple[list[Any], list[list[Any]]]:
        """The row of the `n`-th case, and those of its history."""
        is_open = n >= self.count * (1 - OPEN_LAST) or n % 200 == 0
        patterns = self._open if is_open else self._closed
        case, lines = patterns[n * 7 // 5 % PATTERNS]
        filed = END - SPAN + SPAN * (n / self.count)
        number = tracking.number("XF", filed.date(), n % 999_999 + 1)
        reporter = self.sealer.address(f"telegram:{10_000_000 + n * 7 % 600_011}")
        phone = self.sealer.phone_index(f"138{n * 37 % 10**8:08d}") if case.row[self._phone] else ""
        utc = filed.astimezone(UTC).replace(tzinfo=None)
        return (
            case.at(utc, {self._number: number, self._reporter: reporter, self._phone: phone}),
            [self._line(line, utc, number, reporter) for line in lines],
        )

    def _line(self, line: Pattern, utc: datetime, number: str, reporter: str) -> list[Any]:
        citizen = line.row[self._line_role] == Role.REPORTER
        return line.at(utc, {self._line_number: number, **({self._line_actor: reporter} if citizen else {})})

    def _patterns(self, case: Case) -> tuple[Pattern, list[Pattern]]:
        kept = {**row_of(case), "version": 1, "phone_index": self.sealer.phone_index(case.reporter.phone)}
        lines = [{**line_of(case.number, event), "seq": event.seq} for event in events_of(case)]
        return self.cases.pattern(kept, case.filed_at), [self.lines.pattern(line, case.filed_at) for line in lines]


def fill(file: Path, sealer: Sealer, count: int, *, chunk: int = 5000) -> None:
    """Fill a migrated SQLite file with `count` cases and their histories; its indexes are made at the end."""
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {statement}")
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    maker = Maker(sealer, count)
    connection.execute("BEGIN")
    for start in range(0, count, chunk):
        some = [maker.rows(n) for n in range(start, min(start + chunk, count))]
        connection.executemany(maker.cases.insert, (case for case, _ in some))
        connection.executemany(maker.lines.insert, (line for _, lines in some for line in lines))
    for _, statement in indexes:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
