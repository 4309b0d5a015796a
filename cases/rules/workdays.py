"""Working days of China: weekends, holidays and worked weekends (调休).

The city's own file comes first, then the State Council's arrangements as `chinese_calendar` carries them; for a year
that is not known yet weekends are taken as days off and the answer is marked provisional: said, not guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar of working days; `own` are the days that the city decides."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def known(self, day: date) -> bool:
        """Whether the day's arrangement is published (or the city's file has it)."""
        if day in self.own:
            return True
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            return False
        return True

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day; in an unknown year, Monday to Friday."""
        if day in self.own:
            return self.own[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the day itself is not counted."""
        while count:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day
