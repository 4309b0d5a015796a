"""What the citizen wants of the bot: sure short phrases first, then the trained model, then the length of the story."""

from functools import cache
from re import Pattern

import numpy as np

from intents.concepts import phrase_spans
from intents.entities.answers import is_absent
from intents.lexicon import load, pattern
from intents.meaning import Entity, IntentGuess
from intents.model import Model
from intents.reading import Reading, compact, read

FILE, STATUS, SKIP, ASK, OUT, RATE = "file", "status", "skip", "ask/", "out_of_scope", "rate"
CHOICE, RATING = "choice", "rating"
_RANKED = 5
_SURE_ENOUGH = 0.3
_STEP_OUT = 0.5
_LONGEST_PHRASE = 60
_HAS_NUMBER = ("supplement", "withdraw", "urge", "rate", "review", "join")


def intent_of(
    model: Model,
    reading: Reading,
    entities: tuple[Entity, ...],
    asked: str | None = None,
    answers: tuple[Entity, ...] = (),
) -> IntentGuess:
    """The intent of the message, said by itself or in answer to the slot `asked`, for which it gives `answers`.

    A tracking number asks for its status unless the other words want something else done with the case. An answer to a
    question is ``file`` (the form goes on), "nothing" and "don't know" are ``skip``, unless the words clearly step out.
    """
    short = compact(reading.plain) if len(reading.plain) <= _LONGEST_PHRASE else reading.plain
    if asked and _allows(asked, "optional") and is_absent(reading):
        return sure(SKIP)
    if number := next((each for each in entities if each.type == "case_number"), None):
        return _about_case(model, reading, number)
    if phrase := _phrase(short):
        return sure(phrase)
    if len(reading.plain) >= load("intents")["narrative_length"][reading.language]:
        return sure(FILE)
    question = bool(_question().search(reading.plain))
    if asked and not question and any(each.type in (asked, CHOICE) for each in (*entities, *answers)):
        return sure(RATE if asked == RATING else FILE)
    guess = _guess(model, reading)
    if asked and not steps_out(guess, asked, question):
        return sure(FILE)
    return guess if short else sure(OUT)


def steps_out(guess: IntentGuess, asked: str, question: bool) -> bool:
    """Whether the message leaves the question that was asked: a question of its own, or a wish that a form obeys."""
    if guess.confidence < _STEP_OUT:
        return False
    if guess.name.startswith(ASK):
        return question
    return guess.name in load("answers")["step_outs"] or not _allows(asked, "free_text")


def sure(name: str) -> IntentGuess:
    """An intent that rules have settled."""
    return IntentGuess(name, 1.0, ((name, 1.0),))


def _allows(asked: str, what: str) -> bool:
    return asked in load("answers")[what]


def _about_case(model: Model, reading: Reading, number: Entity) -> IntentGuess:
    rest = reading.text[: number.start] + reading.text[number.end :]
    guess = _guess(model, read(rest)) if compact(rest) else sure(STATUS)
    return guess if guess.name in _HAS_NUMBER and guess.confidence >= _SURE_ENOUGH else sure(STATUS)


def _phrase(short: str) -> str:
    return next((name for name, whole in _whole() if whole.fullmatch(short)), "") if short else ""


def _guess(model: Model, reading: Reading) -> IntentGuess:
    tongue = model.of(reading.language)
    head = tongue.intent
    chances = head.chances(head.scores(tongue.phrases.vector(phrase_spans(reading))))
    order = np.argsort(-chances)[:_RANKED].tolist()
    ranking = tuple((head.labels[each], round(float(chances[each]), 4)) for each in order)
    return IntentGuess(ranking[0][0], ranking[0][1], ranking)


@cache
def _whole() -> list[tuple[str, Pattern[str]]]:
    return [(name, pattern(parts)) for name, parts in load("intents")["whole"].items()]


@cache
def _question() -> Pattern[str]:
    return pattern(load("answers")["question"])
