"""A clock that only tests turn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI).astimezone(UTC)
"""A Monday afternoon in the city, told as the running house's own clock tells it: in UTC."""


class TestClock:
    """Gives the time that it was set to."""

    __test__ = False

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        """Time passes: ``clock.passes(days=3)``."""
        self.now += timedelta(**span)
