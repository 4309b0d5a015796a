"""The words in which a message is understood: pure values, made by `intents.understanding`, read by the dialogue."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from intents.lexicon import load
from intents.reading import simplify


class Kind(StrEnum):
    """Nature of what is said, in the sense of the 12345 service."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    """How soon somebody has to look: danger to life, within a day, or in turn."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ORDINARY = "ordinary"


@cache
def _label() -> re.Pattern[str]:
    """The words that lead to the address."""
    return re.compile(load("place")["label"], re.IGNORECASE)


@cache
def _background(language: str) -> dict[str, re.Pattern[str]]:
    """What a background's date looks like, and what stands before and behind it."""
    return {name: re.compile(each) for name, each in load("time")[language]["background"].items()}


_AROUND = 60
"""Letters around a time that tell what it is of."""


@cache
def _nameless() -> frozenset[str]:
    """Places of which there are many."""
    return frozenset(load("place")["nameless"])


_WITHIN = frozenset({"nearby", "building", "number"})
"""Parts of a place that say where within another place."""


@dataclass(frozen=True, slots=True)
class IntentGuess:
    """What the citizen wants of the bot. `ranking`: (name, confidence) of the likeliest, best first, sums to at
    most 1.
    """

    name: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another matter that it may be; confidence in 0..1."""

    first_level: str
    second_level: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Matter:
    """What it is about, in the Chinese names of the category file.

    `first_level` is always the best guess, `confidence` (0..1, calibrated) the chance that it is right; `unsure`
    says that the guess should be confirmed before it is trusted. `alternatives` are other first levels, best first.
    `evidence` are the citizen's own words that led there, the strongest first.
    """

    first_level: str
    second_level: str
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    unsure: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of the citizen's text that names something: ``text[start:end]`` of the original message.

    ``type`` is one of ``place time respondent phone identity_number plate amount case_number query_code``, and in
    answer to a question also ``name people contact_way choice publish rating absent``. `value` is the normalised
    form: a phone's digits, an amount in yuan, ISO times, "chat". `since`/`until` are aware datetimes (time only;
    `until` is None for what goes on). `parts` are (part, text) pairs of a place: province, city, district, street,
    community, road, estate, number, building, landmark, nearby (told from where the citizen lives), also those of a
    respondent that is a place (a hospital). `area` and `grid`
    are the gazetteer's codes, where it knows the place. `valid` is False for an identity number or case number whose
    check digit is wrong.
    """

    type: str
    text: str
    start: int
    end: int
    value: str
    since: datetime | None = None
    until: datetime | None = None
    parts: tuple[tuple[str, str], ...] = ()
    area: str = ""
    grid: str = ""
    valid: bool = True

    @property
    def is_address(self) -> bool:
        """Whether a stranger would find the place: it is on the city's map, or has a name, not only "my house"."""
        named = (part for part, text in self.parts if text not in _nameless())
        return bool(self.grid or self.area) or any(part not in _WITHIN for part in named)


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that one message tells. `text` is the cleaned message: all spans refer to it. `in_despair`: they
    speak of ending their own life.
    """

    text: str
    language: str
    intent: IntentGuess
    matter: Matter
    kind: Kind
    urgency: Urgency
    lawful_way: str | None = None
    entities: tuple[Entity, ...] = ()
    requests: tuple[str, ...] = ()
    kind_evidence: tuple[str, ...] = ()
    urgency_evidence: tuple[str, ...] = ()
    lawful_evidence: tuple[str, ...] = ()
    in_despair: bool = False

    def whereabouts(self) -> Entity | None:
        """The place where it happened: what is called the address, or the first that has one, else the first of all
        ("我家楼下"); a later telling of the same place that says more stands for it. Without one it is where the
        respondent has its door.
        """
        places = [each for each in self.entities if each.type == "place"]
        labelled = [each for each in places if _label().search(self.text[: each.start])]
        told = next((each for each in (*labelled, *places) if each.is_address), next(iter(places), None))
        if told is None:
            return next((each for each in self.entities if each.type == "respondent" and each.is_address), None)
        return max((each for each in places if told.text in each.text), key=lambda each: len(each.parts))

    def when(self) -> Entity | None:
        """When it happened: the first time that has a date, else the one that says most. When somebody was hired or
        bought the flat does not count: how things stood before.
        """
        times = [each for each in self.entities if each.type == "time" and not self._is_background(each)]
        dated = next((each for each in times if each.since), None)
        return dated or max(times, key=lambda each: len(each.text), default=None)

    def _is_background(self, time: Entity) -> bool:
        """Whether it only tells since when they live, work, own there."""
        told = _background(self.language)
        around = (self.text[max(time.start - _AROUND, 0) : time.start], self.text[time.end : time.end + _AROUND])
        before, behind = (simplify(each.lower()) for each in around)
        return all(
            told[name].search(words)
            for name, words in (("of", time.text.lower()), ("before", before), ("behind", behind))
        )

    def first(self, entity_type: str) -> Entity | None:
        """The first entity of this type in the text, None where there is none."""
        return next((each for each in self.entities if each.type == entity_type), None)
