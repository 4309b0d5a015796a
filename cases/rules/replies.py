"""The answer to each request, and what is looked at before an answer goes out.

信访工作条例 art. 32: the written opinion names the request, the facts, the reasons and the basis in law, and whether it
is supported (予以支持), explained (解释说明) or not supported (不予支持). So a case is not answered while one of its
numbered requests has no outcome.

The looking-over (答复预审) says what a colleague would: too short, in a language that the citizen may not read, not
speaking of what was asked (答非所问), naming another case, refusing without a basis. It warns; people decide.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from cases.rules.case import Answer, Case, Kind, Outcome
from cases.rules.privacy import IDENTITY
from cases.rules.reply_words import words
from cases.rules.tongues import readable

SHORTEST = 12
"""Characters below which an answer is curt, whatever was asked."""
NUMBER = re.compile(r"[A-Z]{1,4}\d{8}-\d{1,6}-\d")
ASKING = frozenset({Kind.CONSULT, Kind.SUGGESTION, Kind.PRAISE})
"""Kinds that ask for no decision: their answer explains."""
BOOK = "\u300a"
"""The mark before the name of a law."""
WORD = re.compile(r"[^\W\d_]+")
CJK = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as a handler typed it: the general part, and the answers that carry a request's number."""

    general: str
    answers: tuple[Answer, ...]


def read_verdict(word: str) -> str | None:
    """What a review comes to: ``upheld``, ``changed``, ``revoked``; None for another word."""
    return next((name for name, listed in words()["verdicts"].items() if word.casefold() in listed), None)


def read_agreement(word: str) -> bool | None:
    """Yes or no; None for anything else."""
    return next((agrees for agrees, listed in words()["agreement"].items() if word.casefold() in listed), None)


def outcome_at_start(text: str) -> tuple[Outcome | None, str]:
    """The outcome that a text begins with, and what follows it."""
    bare = text.lstrip()
    for word in sorted(words()["outcomes"], key=len, reverse=True):
        if bare.casefold().startswith(word):
            rest = bare[len(word) :]
            if not rest or not rest[0].isascii() or not rest[0].isalnum():
                return Outcome(words()["outcomes"][word]), rest.lstrip(" \u3000,.:;\uff0c\u3002\uff1a\uff1b")
    return None, bare


def read_answer(request: int, text: str) -> Answer | None:
    """One answer: an outcome, then facts, reasons and basis under their names; None without an outcome."""
    outcome, rest = outcome_at_start(text)
    return Answer(request, outcome, **_sections(rest)) if outcome else None


def general_part(case: Case) -> str:
    """The words of a reply besides its answers to single requests; empty where it consists of those alone."""
    return case.reply if not case.answers or read_reply(case.reply).general else ""


def read_reply(text: str) -> Written:
    """A whole reply: lines that begin with a request's number and an outcome are its answers, the rest is general."""
    general: list[str] = []
    answers: list[Answer] = []
    for line in text.splitlines():
        found = _numbered().match(line)
        answer = read_answer(int(found["number"]), found["rest"]) if found else None
        if answer:
            answers.append(answer)
        else:
            general.append(line)
    return Written("\n".join(general).strip(), tuple(answers))


@cache
def _numbered() -> re.Pattern[str]:
    names, ends = ("|".join(map(re.escape, words()[each])) for each in ("request", "request_end"))
    number = rf"(?:(?:{names})\s*)?(?P<number>\d{{1,2}})\s*(?:{ends})?"
    return re.compile(rf"\s*{number}\s*[.\u3001:\uff1a)\uff09]?\s*(?P<rest>.+)", re.I)


@cache
def _labels() -> re.Pattern[str]:
    names = sorted((word for listed in words()["sections"].values() for word in listed), key=len, reverse=True)
    return re.compile(rf"(?P<label>{'|'.join(map(re.escape, names))})\s*[:\uff1a]\s*", re.I)


def _sections(text: str) -> dict[str, str]:
    """Facts, reasons, basis; what stands before the first name is a fact."""
    found = list(_labels().finditer(text))
    begin = found[0].start() if found else len(text)
    parts = {"facts": text[:begin].strip()}
    for label, following in zip_longest(found, found[1:]):
        name = next(each for each, listed in words()["sections"].items() if label["label"].casefold() in listed)
        part = text[label.end() : following.start() if following else len(text)].strip()
        parts[name] = f"{parts.get(name, '')} {part}".strip()
    return parts


def with_answers(kept: Sequence[Answer], new: Iterable[Answer]) -> tuple[Answer, ...]:
    """Kept answers with new ones; the later answer to a request stands."""
    by_request = {answer.request: answer for answer in (*kept, *new)}
    return tuple(by_request[number] for number in sorted(by_request))


def unanswered(case: Case) -> tuple[int, ...]:
    """The numbers of the requests that have no outcome yet; what only asks or thanks needs none."""
    if case.kind in ASKING:
        return ()
    given = {answer.request for answer in case.answers}
    return tuple(number for number in range(1, len(case.requests) + 1) if number not in given)


def leaning(text: str) -> Outcome:
    """What becomes of the only request, by the words of its answer; a handler may say it otherwise."""
    lowered = text.casefold()
    for name in ("unsupported", "supported"):
        if any(word in lowered for word in words()["leaning"][name]):
            return Outcome(name)
    return Outcome.EXPLAINED


def with_obvious(case: Case, text: str) -> tuple[Answer, ...]:
    """The answers, the only request's taken from the reply's own words where it has none."""
    if len(case.requests) != 1 or not unanswered(case):
        return case.answers
    outcome, rest = outcome_at_start(text)
    return (Answer(1, outcome, **_sections(rest)),) if outcome else (Answer(1, leaning(text)),)


def doubts(case: Case, text: str) -> Iterator[str]:
    """What a colleague would point out before the answer goes out: keys of ``texts/*/reply.yml`` (``doubt_*``)."""
    whole = " ".join((text, *(f"{each.facts} {each.reasons} {each.basis}" for each in case.answers)))
    if len(whole.strip()) < SHORTEST:
        yield "curt"
    if not readable(whole, case):
        yield "language"
    elif len(whole.strip()) >= SHORTEST and not speaks_of(whole, case):
        yield "off_topic"
    if any(number != case.number for number in NUMBER.findall(whole)):
        yield "other_case"
    if tells_who(whole, case):
        yield "private"
    if any(each.outcome is Outcome.UNSUPPORTED and not (each.reasons or each.basis or _gives_basis(whole))
           for each in case.answers):  # fmt: skip
        yield "no_basis"


def tells_who(text: str, case: Case) -> bool:
    """Whether an answer holds an identity number, the reporter's phone, or the name of one who is to stay unknown
    (个人信息保护法 art. 6; in a joint matter many read it).
    """
    phone, name = case.reporter.phone.removeprefix("+86"), case.reporter.name
    hidden = case.confidential or case.anonymous or case.joint
    digits = re.sub(r"[-\s]", "", text)
    return bool(IDENTITY.search(text) or (phone and phone in digits) or (hidden and len(name) > 1 and name in text))


def speaks_of(text: str, case: Case) -> bool:
    """Whether an answer shares any word of weight with what was told or asked."""
    asked = terms(" ".join((case.narrative, *case.requests, case.place.text, case.respondent)))
    return not asked or bool(asked & terms(text))


def terms(text: str) -> set[str]:
    """Pairs of Chinese characters and Latin words, without the polite frame of any letter."""
    for frame in words()["frame"]:
        text = text.replace(frame, " ")
    pairs = {run[i : i + 2] for run in CJK.findall(text) for i in range(len(run) - 1)}
    latin = {word.casefold() for word in WORD.findall(CJK.sub(" ", text)) if len(word) > 3}
    return pairs | latin


def _gives_basis(text: str) -> bool:
    return BOOK in text or any(label in text for label in words()["sections"]["basis"])
