"""How long what is kept: the city's ``retention.yml``, days for each sort of thing.

个人信息保护法 arts. 19 and 47: no longer than the purpose needs; what the archive law wants is kept without the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields


class RetentionError(ValueError):
    """The policy cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days. The first two count from the end of a case."""

    people: int = 1095
    """Name, phone, chat, position."""
    contents: int = 3650
    """Story, answers, files, documents."""
    conversations: int = 365
    """Conversations and drafts in which nobody has spoken."""
    messages: int = 365
    """What the page of the web chat shows."""
    sent: int = 90
    """Pushes that were sent, or could not be."""
    failures: int = 30
    """Messages that could not be handled."""
    copies: int = 7
    """Files that somebody asked for and may ask for again: everything about them, the register for staff."""


def read(tree: Mapping[str, object]) -> Retention:
    """The policy of a file's keys and values; raise `RetentionError`."""
    known = {each.name for each in fields(Retention)}
    for name, days in tree.items():
        if name not in known:
            raise RetentionError(f"{name} is none of {', '.join(sorted(known))}")
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            raise RetentionError(f"{name} must be a number of days, 1 or more")
    found = Retention(**{name: int(str(days)) for name, days in tree.items()})
    if found.contents < found.people:
        raise RetentionError("contents cannot go before people")
    return found
