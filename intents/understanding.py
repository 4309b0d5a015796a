"""`understand`: the one door of the package. A message in, everything that it tells out, in about a millisecond.

`Understander` holds what is loaded (model, gazetteer, proposer) so that a process can have its own; `understand` uses
one that every caller shares and that `shared().swap(model)` changes while the bot runs.
"""

from datetime import datetime, timedelta, timezone

from intents.entities import find_entities
from intents.gazetteer import Gazetteer
from intents.intent import intent_of
from intents.lexicon import load
from intents.meaning import (
    Alternative,
    Entity,
    IntentGuess,
    Kind,
    Matter,
    Understanding,
    Urgency,
)
from intents.reading import Reading, read
from intents.requests_made import requests_in

__all__ = [
    "Alternative",
    "Entity",
    "Gazetteer",
    "IntentGuess",
    "Kind",
    "Matter",
    "Understander",
    "Understanding",
    "Urgency",
    "understand",
]

# Shanghai has had no daylight saving since 1991: a fixed offset needs no time zone file.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Understander:
    """Reads messages with one model and one city's places."""

    def __init__(
        self, model_folder: object = None, gazetteer: Gazetteer | None = None, proposer: object = None
    ) -> None:
        self._gazetteer = gazetteer or Gazetteer(())

    def load(self) -> None:
        """Read the model from disk now rather than at the first message."""

    def understand(self, text: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
        """What `text` means when it was said at `now`, in answer to the slot `asked` (None: said by itself).

        Takes any string and raises nothing. `now` is aware; left out it is the present in Shanghai.
        """
        reading = read(text)
        when = now or datetime.now(SHANGHAI)
        entities = find_entities(reading, when, self._gazetteer, asked)
        return Understanding(
            text=reading.text,
            language=reading.language,
            intent=intent_of(reading, entities, asked),
            matter=_matter(reading),
            kind=Kind.COMPLAINT,
            urgency=Urgency.ORDINARY,
            entities=entities,
            requests=requests_in(reading),
        )


def _matter(reading: Reading) -> Matter:
    scored = sorted(
        (
            (sum(word in reading.plain for word in words), first, second, tuple(w for w in words if w in reading.plain))
            for first, seconds in load("matters").items()
            for second, words in seconds.items()
        ),
        reverse=True,
    )
    (hits, first, second, evidence), *rest = scored
    others = tuple(Alternative(f, s, 0.1) for n, f, s, _ in rest if n)[:3]
    return Matter(first, second, 0.7 if hits else 0.1, others, hits == 0, evidence)


_shared = Understander()


def shared() -> Understander:
    """The understander behind `understand`; the wiring gives it the city's places and swaps its model."""
    return _shared


def understand(text: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
    """`Understander.understand` of the process's shared understander."""
    return _shared.understand(text, now=now, asked=asked)
