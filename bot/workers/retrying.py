"""When to try again: decided here, done by the delivery (procrastinate's way: a decision is a value)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.contract import ChannelError

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a message that did not arrive: tried again at `at`, or (None) given up."""

    at: datetime | None
    counts: bool = True
    """Whether the try counts as a failure of ours."""


def decide(attempts: int, error: ChannelError, now: datetime) -> Decision:
    """`attempts` counts the tries so far, the failed one included. Waiting doubles up to an hour.

    What the platform asks for (`retry_after`) is obeyed and does not count as a failure of ours.
    """
    if error.permanent or error.blocked:
        return Decision(None)
    if error.retry_after is not None:
        return Decision(now + timedelta(seconds=error.retry_after), counts=False)
    if attempts >= MOST_ATTEMPTS:
        return Decision(None)
    return Decision(now + min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT))
