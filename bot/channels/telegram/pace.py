"""The channel's times, in one place, so that a test can run it fast."""

from collections.abc import Callable
from dataclasses import dataclass


def patience(attempt: int) -> float:
    """Seconds before the next try: 1, 2, 4 ... at most 60."""
    return float(min(60, 2 ** min(attempt - 1, 6)))


@dataclass(frozen=True, slots=True)
class Pace:
    """`poll` is how long Telegram holds a ``getUpdates`` without news, `request` how long any other call may take.

    `look_again` is how often news is fetched while a slow turn holds its chat; `typing_after` when the citizen is
    shown that we are at it, `typing_every` how often again; `grace` how long `stop` waits for turns under way.
    """

    poll: int = 25
    request: float = 20.0
    download: int = 120
    answer_tap: float = 5.0
    look_again: float = 0.3
    typing_after: float = 1.0
    typing_every: float = 4.5
    grace: float = 10.0
    backoff: Callable[[int], float] = patience
