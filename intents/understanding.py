"""`understand`: the one door of the package. A message in, everything that it tells out, in about a millisecond.

`Understander` holds what is loaded (model, gazetteer) so that a process can have its own; `understand` uses one that
every caller shares and that `shared().swap(model)` changes while the bot runs.
"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from intents import tokenizer
from intents.entities import answer_to, find_entities, in_answer
from intents.features import spans_of
from intents.gazetteer import Gazetteer
from intents.intent import FILE, asks_whom_to_call, intent_of
from intents.lexicon import load
from intents.linear import scores_of
from intents.matter import matter_of
from intents.meaning import Alternative, Entity, IntentGuess, Kind, Matter, Understanding, Urgency
from intents.model import Model, ModelFolder, Tongue
from intents.model import load as load_model
from intents.nature import COURT, graft_words, in_despair, kind_words, lawful_way, urgent_words
from intents.proposals import Proposer, masked, proposed
from intents.reading import Reading, read
from intents.requests_made import requests_in
from intents.vocabulary import Floats

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
    "shared",
    "understand",
]

# Shanghai has had no daylight saving since 1991: a fixed offset needs no time zone file.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_NOWHERE = Path("-")
# What a word that names a kind adds to that kind's score, and how many words count
_WORD, _WORDS = 0.2, 2
# How far ahead of calm the model's score for danger, for a hurry must be where no word says so, and how far danger may
# be behind a hurry; and below which scores their words in a message that is no short cry are only told of
_DANGER, _HURRY, _DOUBT = 0.0, 0.3, 0.6
_TOLD_OF, _NO_HURRY = -0.8, -0.5
# Letters of what tells enough for the model to feel something, and of what is no short cry
_LENGTHS = {"zh": (8, 40), "en": (30, 120)}
# Where no word of it is said: a complaint is the common case
_UNSAID = {Kind.COMPLAINT.value: 0.1}


class Understander:
    """Reads messages with one model and one city's places.

    `model_folder` holds an office's own models (`ModelFolder`); without it, and where it is empty, the shipped model is
    used. `proposer` is only asked by `second_opinion`.
    """

    def __init__(
        self,
        model_folder: Path | None = None,
        gazetteer: Gazetteer | None = None,
        proposer: Proposer | None = None,
    ) -> None:
        self._folder = ModelFolder(model_folder or _NOWHERE)
        self._model: Model | None = None
        self.gazetteer = gazetteer or Gazetteer(())
        self._proposer = proposer

    @property
    def model(self) -> Model:
        """The model in use, read at first need; raises `ModelError` where its file cannot be used."""
        if self._model is None:
            self._model = load_model(self._folder.current())
        return self._model

    def load(self, language: str = "zh") -> None:
        """Read the dictionary, the model and all that reads a language now rather than at its first message."""
        tokenizer.load()
        self.understand(load("first_words")[language], now=datetime.fromtimestamp(0, SHANGHAI))

    def swap(self, model: Model) -> None:
        """Use another model from the next message on."""
        self._model = model

    def reload(self) -> None:
        """Use the model that the folder names now; the one in use stays where that cannot be read (`ModelError`)."""
        self._model = load_model(self._folder.current())

    def understand(self, text: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
        """What `text` means when it was said at `now`, in answer to the slot `asked` (None: said by itself).

        Takes any string and raises nothing. `now` is aware; left out it is the present in Shanghai.
        """
        reading, when = read(text), now or datetime.now(SHANGHAI)
        tongue = self.model.of(reading.language)
        spans = spans_of(reading)
        vector = tongue.matter.vector(spans)
        found = find_entities(reading, when, self.gazetteer)
        answers = answer_to(asked, reading, found, self.gazetteer) if asked else ()
        first, kinds, urgencies = scores_of(vector, tongue.first, tongue.kind, tongue.urgency)
        kind, kind_said = _kind(tongue, reading, kinds)
        if kind in (Kind.COMPLAINT, Kind.HELP) and (graft := graft_words(reading)):
            kind, kind_said = Kind.REPORT, graft
        urgency = _urgency(tongue, reading, urgencies, *urgent_words(reading, found, when))
        way, way_said = lawful_way(reading)
        despair = in_despair(reading)
        matter = matter_of(tongue, reading, spans, vector, first)
        intent = intent_of(
            self.model,
            reading,
            found,
            asked,
            answers,
            in_danger=despair or (urgency[0] is Urgency.EMERGENCY and not asks_whom_to_call(reading)),
            to_court=way == COURT,
            about=0.0 if matter.first_level == load("nature")["no_matter"] else matter.confidence,
        )
        return Understanding(
            text=reading.text,
            language=reading.language,
            intent=intent,
            matter=matter,
            kind=kind,
            urgency=Urgency.EMERGENCY if despair else urgency[0],
            lawful_way=way,
            entities=in_answer(answers, found, intent.name),
            requests=() if despair else requests_in(reading),
            kind_evidence=kind_said,
            urgency_evidence=urgency[1],
            lawful_evidence=way_said,
            in_despair=despair,
        )

    async def second_opinion(self, meaning: Understanding, names: tuple[str, ...] = ()) -> Understanding:
        """The same with a language model's proposal, where there is one to ask and the local model is unsure.

        `names` are masked beside the numbers and persons. What goes wrong there changes nothing here.
        """
        if self._proposer is None or not meaning.matter.unsure or meaning.intent.name != FILE:
            return meaning
        choices = [_pair(label) for label in self.model.of(meaning.language).second.labels]
        proposal = await self._proposer.propose(masked(read(meaning.text), names), choices)
        return replace(meaning, matter=proposed(meaning.matter, proposal, choices))


def _pair(label: str) -> tuple[str, str]:
    first, _, second = label.partition("/")
    return first, second


def _kind(tongue: Tongue, reading: Reading, scores: Floats) -> tuple[Kind, tuple[str, ...]]:
    """The model's scores, raised where the words of a kind are said outright."""
    said = {label: kind_words(reading, Kind(label)) for label in tongue.kind.labels}
    raised = [score + _words_worth(label, said[label]) for label, score in zip(said, scores.tolist(), strict=True)]
    label = tongue.kind.labels[raised.index(max(raised))]
    return Kind(label), said[label]


def _words_worth(kind: str, said: tuple[str, ...]) -> float:
    return _WORD * min(len(said), _WORDS) if said else _UNSAID.get(kind, 0.0)


def _urgency(
    tongue: Tongue, reading: Reading, scores: Floats, named: Urgency, said: tuple[str, ...]
) -> tuple[Urgency, tuple[str, ...]]:
    """What words name (`named`, `said`), unless the model is sure that a long message only tells of it; and what the
    model feels where no word says so ("the battery of the breathing machine has forty minutes left").
    """
    danger, hurry = _felt(tongue, scores)
    length, (few, long) = len(reading.plain), _LENGTHS[reading.language]
    if named is Urgency.EMERGENCY and (danger > _TOLD_OF or length < long):
        return named, said
    is_over = named is Urgency.ORDINARY and bool(said)
    if danger > max(_DANGER, hurry - _DOUBT) and length >= few and not is_over:
        return Urgency.EMERGENCY, ()
    if named is Urgency.URGENT and (hurry > _NO_HURRY or length < long):
        return named, said
    is_urgent = max(danger, hurry) > _HURRY and length >= few
    return (Urgency.URGENT if is_urgent else Urgency.ORDINARY), ()


def _felt(tongue: Tongue, scores: Floats) -> tuple[float, float]:
    """How far the model's scores for danger and for a hurry are ahead of its score for neither."""
    felt = dict(zip(tongue.urgency.labels, scores.tolist(), strict=True))
    calm = felt[Urgency.ORDINARY]
    return felt[Urgency.EMERGENCY] - calm, felt[Urgency.URGENT] - calm


_shared = Understander()


def shared() -> Understander:
    """The understander behind `understand`; the wiring gives it the city's places and swaps its model."""
    return _shared


def understand(text: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
    """`Understander.understand` of the process's shared understander."""
    return _shared.understand(text, now=now, asked=asked)
