"""What the citizen wants of the bot: sure short phrases first, then the trained model, then the length of the story."""

import re
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
THANK, REVIEW = "thank", "review"
CHOICE, RATING = "choice", "rating"
_RANKED = 5
_SURE_ENOUGH = 0.3
_STEP_OUT = 0.5
_ASKED = 0.8
_CURT = 12
_LONGEST_PHRASE = 60
# What is said to a bot and not of a matter; answered as such only where the message is not plainly of one
_SMALL_TALK = frozenset(
    {"greet", "affirm", "deny", THANK, "abuse", OUT, RATE, "help", "human", "back", "show", "language"}
)
_LIKELY, _PLAIN, _CERTAIN = 0.7, 0.9, 0.97
# What is turned away has to be sure to be nothing else, where there is a hint of a matter: "trash" is one too
_REBUFFED, _HINT = frozenset({"abuse", OUT}), 0.3
_ANSWERS = frozenset({"affirm", "deny", "back"})
# Questions of procedure and wishes ("police do not take my report", "the bus was stopped") with more care
_ASKS = 0.97
# A guess that is none, and the fewest letters or words of a message that tells something all the same
_NO_GUESS, _FEWEST = 0.4, {"zh": 6, "en": 3}
_LETTER = re.compile(r"[^\W\d_]")
_HAS_NUMBER = ("supplement", "withdraw", "urge", "rate", "review", "join")


def intent_of(
    model: Model,
    reading: Reading,
    entities: tuple[Entity, ...],
    asked: str | None = None,
    answers: tuple[Entity, ...] = (),
    *,
    in_danger: bool = False,
    to_court: bool = False,
    about: float = 0.0,
) -> IntentGuess:
    """The intent of the message, said by itself or in answer to the slot `asked`, for which it gives `answers`.

    A tracking number asks for its status unless the other words want something else done with the case. An answer to a
    question is ``file`` (the form goes on), "nothing" and "don't know" are ``skip``, unless the words clearly step out.
    Whoever is in danger (`in_danger`) is never answered with anything but help; what goes to court (`to_court`) is no
    wish for review of an answer of ours. `about`: how sure it is which matter the message is of.
    """
    if not (asked or _LETTER.search(reading.plain)):
        return sure(OUT)  # digits alone tell nothing
    short = compact(reading.plain) if (is_brief := len(reading.plain) <= _LONGEST_PHRASE) else reading.plain
    if asked and _allows(asked, "optional") and is_absent(reading):
        return sure(SKIP)
    if number := next((each for each in entities if each.type == "case_number"), None):
        return _about_case(model, reading, number)
    if is_brief and (phrase := _phrase(short)):
        return sure(phrase)
    if len(reading.plain) >= load("intents")["narrative_length"][reading.language]:
        return sure(FILE)
    if in_danger:
        return sure(FILE)
    question = is_question(reading)
    if asked and not question and any(each.type in (asked, CHOICE) for each in (*entities, *answers)):
        return sure(RATE if asked == RATING else FILE)
    guess = _named(_guess(model, reading), reading)
    if asked and not steps_out(guess, asked, question):
        return sure(FILE)
    if _tells(guess, reading, question, about) or (guess.name == REVIEW and to_court):
        return IntentGuess(FILE, guess.confidence, guess.ranking)
    return guess if short else sure(OUT)


def _tells(guess: IntentGuess, reading: Reading, question: bool, about: float) -> bool:
    """Whether a message that sounds like small talk tells something: thanks that praise somebody, and what asks nothing
    and is of a matter.
    """
    if guess.name == THANK and len(reading.plain) > _CURT and _praise().search(reading.plain):
        return True
    return not question and _is_of_a_matter(guess, reading, about)


def _is_of_a_matter(guess: IntentGuess, reading: Reading, about: float) -> bool:
    """Whether the message is plainly of a matter, or like nothing that is said to a bot."""
    if guess.name.startswith(ASK):
        told = about >= _LIKELY and bool(_regex("reports").match(reading.plain))
        return told or guess.confidence < (_ASKS if about >= _PLAIN else _ASKED)
    size = len(reading.plain.split()) if reading.language == "en" else len(reading.plain)
    if size >= _FEWEST[reading.language]:
        if guess.confidence < _NO_GUESS:
            return True
        if guess.name in (*_REBUFFED, *_ANSWERS) and guess.confidence < _PLAIN and about >= _HINT:
            return True
    if about < _PLAIN:
        return False
    second = guess.ranking[1][0] if len(guess.ranking) > 1 else ""
    return guess.confidence < (_CERTAIN if guess.name in _SMALL_TALK else _ASKS if second == FILE else 0.0)


def _named(guess: IntentGuess, reading: Reading) -> IntentGuess:
    """The likeliest intent whose words stand in the message, for those that must not be done by mistake: another
    language, taking a case back, beginning anew.
    """
    ranking = tuple(each for each in guess.ranking if _is_said(each[0], reading))
    return IntentGuess(*ranking[0], guess.ranking) if ranking else IntentGuess(FILE, 0.0, guess.ranking)


def _is_said(name: str, reading: Reading) -> bool:
    needed = _needed().get(name)
    return needed is None or bool(needed.search(reading.plain))


def is_question(reading: Reading) -> bool:
    """Whether a message asks something."""
    return bool(_regex("question").search(reading.plain))


def asks_whom_to_call(reading: Reading) -> bool:
    """Whether somebody who tells of a danger only asks which number to call ("该打什么电话")."""
    return is_question(reading) and bool(_regex("whom_to_call").search(reading.plain))


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
    guess = _named(_guess(model, read(rest)), reading) if compact(rest) else sure(STATUS)
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
def _needed() -> dict[str, Pattern[str]]:
    return {name: pattern(parts) for name, parts in load("intents")["needs"].items()}


@cache
def _praise() -> Pattern[str]:
    return pattern(load("intents")["praise"])


@cache
def _regex(name: str) -> Pattern[str]:
    return pattern(load("answers")[name])
