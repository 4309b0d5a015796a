"""Times as citizens tell them."""

import re
from datetime import datetime, timedelta

from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading

_QUICK = re.compile(load("time")["quick"])


def times_in(reading: Reading, now: datetime) -> list[Entity]:
    """Every time of the message, read as said at `now`."""
    return [_entity(reading, m, now) for m in _QUICK.finditer(reading.plain)]


def _entity(reading: Reading, m: re.Match[str], now: datetime) -> Entity:
    lexicon = load("time")
    day = (now + timedelta(days=lexicon["days"][m[1]])).replace(hour=0, minute=0, second=0, microsecond=0)
    hour = int(m[2] or 0) + (12 if m[1] in lexicon["evening"] and m[2] and int(m[2]) < 12 else 0)
    since = day + timedelta(hours=hour, minutes=30 if m[3] else 0)
    return Entity("time", reading.text[m.start() : m.end()], m.start(), m.end(), since.isoformat(), since=since)
