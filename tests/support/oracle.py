"""An independent counter of days: the State Council's notices written down by hand, and the plainest loops.

It shares nothing with the product: no calendar library, no code of `cases.rules`.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OFF = (
    ("2024-01-01", 1), ("2024-02-10", 8), ("2024-04-04", 3), ("2024-05-01", 5), ("2024-06-08", 3), ("2024-09-15", 3),
    ("2024-10-01", 7), ("2025-01-01", 1), ("2025-01-28", 8), ("2025-04-04", 3), ("2025-05-01", 5), ("2025-05-31", 3),
    ("2025-10-01", 8), ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3),
    ("2026-09-25", 3), ("2026-10-01", 7),
)  # fmt: skip
"""Holidays: first day and number of days."""
WORKED = (
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28",
    "2026-05-09", "2026-09-20", "2026-10-10",
)  # fmt: skip
"""Worked weekends (调休)."""
HOLIDAYS = {date.fromisoformat(first) + timedelta(days=n) for first, days in OFF for n in range(days)}
WORKDAYS = {date.fromisoformat(day) for day in WORKED}


def works(day: date) -> bool:
    """Whether offices work; of 2027, which is not published, Monday to Friday."""
    return day in WORKDAYS or (day.weekday() < 5 and day not in HOLIDAYS)


def last_day(start: datetime, amount: int, unit: str) -> date:
    """The last day of a period: day zero is not counted."""
    day = start.astimezone(ZONE).date()
    while amount:
        day += timedelta(days=1)
        if unit == "days" or works(day):
            amount -= 1
    return day


def end_of_day(day: date) -> datetime:
    """Its last second."""
    return datetime.combine(day, time(23, 59, 59), ZONE)


def morning(day: date) -> datetime:
    """Nine o'clock."""
    return datetime.combine(day, time(9), ZONE)
