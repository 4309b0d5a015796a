"""A clock that only tests turn."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI)


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
