"""A new story that sounds like a case of theirs that is still open: it may go on with it instead of beginning anew."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cases.rules.desk import CaseView
from cases.rules.lifecycle import ANSWERED
from dialogs.forms.lists import lists
from dialogs.forms.wishing import is_bare
from dialogs.talk import Event, Talk
from intents.reading import simplify
from intents.understanding import Urgency

FEW = 60
"""Letters; a longer story is one of its own, and is shown the case that it may go on with."""
CURT = 20
"""Letters of an "again" that tells nothing of the matter by itself."""
HELD = timedelta(minutes=30)
"""So long words wait for the answer to what they belong to; later nobody means them any more."""


async def case_that_goes_on(talk: Talk, found: Mapping[str, Any]) -> CaseView | None:
    """Their newest open case that the story in `found`, just begun, may go on with: the same matter, or "again" where
    the matter is not told, and no other place. None where there is none, or where nothing may wait.
    """
    if talk.slots.get("narrative") or talk.slots.get("held_text") or not found.get("narrative"):
        return None  # it goes on with the draft, or they said already that it is another matter
    if talk.services.understand(talk.heard.words, now=talk.now).urgency is Urgency.EMERGENCY:
        return None
    matter, told = found.get("matter") or {}, (found.get("place") or {}).get("text") or ""
    again = bool(_again().search(simplify(talk.heard.words.lower())))
    if matter.get("unsure") and not again:
        return None
    theirs = [view for view in await talk.services.desk.own(talk.who) if "supplement" in view.actions]
    if again and not told and len(theirs) == 1 and len(talk.heard.words) <= CURT:
        return theirs[0]  # "they did it again till three" names no matter
    return next((view for view in theirs if _is_same(view, matter) and _is_there(view, told)), None)


async def case_to_add_to(talk: Talk) -> CaseView | None:
    """The only open case of theirs, where a few words begin like a part of it ("还有…"); None otherwise."""
    words = talk.heard.words
    if talk.heard.payload or talk.slots.get("narrative") or len(words) > FEW or is_bare(words):
        return None
    meaning = talk.services.understand(words, now=talk.now)
    if meaning.urgency is Urgency.EMERGENCY or not sounds_added(words):
        return None
    return await only_open(talk)


async def only_open(talk: Talk) -> CaseView | None:
    """Their only open case; None where there are none or several."""
    theirs = [view for view in await talk.services.desk.own(talk.who) if "supplement" in view.actions]
    return theirs[0] if len(theirs) == 1 else None


def held_words(talk: Talk) -> str:
    """What they said just before, and were asked what it belongs to."""
    words, at = str(talk.slots.get("held_text") or ""), talk.slots.get("draft_at")
    return words if not at or talk.now - datetime.fromisoformat(at) <= HELD else ""


def to_add(number: str, what: str = "") -> str:
    """What a button sends that adds to a case: `HELD` the words that wait, `DRAFT` the story of the draft, or what they
    say next.
    """
    return f'/supplement{{"n":"{number}","v":"{what}"}}' if what else f'/supplement{{"n":"{number}"}}'


HELD_WORDS, DRAFT = "held", "draft"


async def speaks_of_answered(talk: Talk) -> bool:
    """Whether a message in the midst of a draft is about another case, one that was answered: a judgement of it, the
    wish for a review, or that its matter is not solved.
    """
    if judging(talk):
        return any(view.reply or view.answers for view in await talk.services.desk.own(talk.who))
    return await answered_case(talk) is not None


JUDGING = frozenset({"rate", "review", "reopen"})
SURE = 0.9


def judging(talk: Talk) -> str:
    """The intent of a few words that judge an answer or do not put up with it, whatever was asked; empty for others."""
    words = talk.heard.words
    if talk.heard.payload or not words or len(words) > FEW:
        return ""
    intent = talk.services.understand(words, now=talk.now).intent
    return intent.name if intent.name in JUDGING and intent.confidence >= SURE else ""


async def answered_case(talk: Talk) -> CaseView | None:
    """Their newest case that was answered, where a few words of the same matter may say that it is not solved. Beside a
    draft they have to say so, and of another matter than the draft's.
    """
    words, draft = talk.heard.words, talk.slots.get("matter") or {}
    if talk.heard.payload or len(words) > FEW or is_bare(words) or (draft and not _unsolved().search(_plain(words))):
        return None
    meaning = talk.services.understand(words, now=talk.now)
    if meaning.urgency is Urgency.EMERGENCY or (draft and meaning.matter.unsure):
        return None
    if draft.get("second") == meaning.matter.second_level:
        return None
    matter = {"second": meaning.matter.second_level, "unsure": meaning.matter.unsure}
    told = place.text if (place := meaning.whereabouts()) else ""
    theirs = [view for view in await talk.services.desk.own(talk.who) if view.status in ANSWERED]
    return next((view for view in theirs if _is_same(view, matter) and _is_there(view, told)), None)


def sounds_added(words: str) -> bool:
    """Whether words begin like something that goes on."""
    return bool(_adds().match(simplify(words.lower())))


def addition_in(words: str) -> str:
    """What is to be added by "我再补充一下，…", without the words that say so; empty where it is not there yet."""
    found = _leads().match(simplify(words.lower()))
    return words[found.end() :].strip(" ,.:\n\uff0c\u3002\uff1a") if found else ""


def _plain(words: str) -> str:
    return simplify(words.lower())


@cache
def _unsolved() -> re.Pattern[str]:
    return re.compile(lists("following")["unsolved"])


def _is_same(view: CaseView, matter: Mapping[str, Any]) -> bool:
    """Whether the case is of this matter; of any where it is not sure."""
    return bool(matter.get("unsure")) or view.second_level == matter.get("second")


def _is_there(view: CaseView, told: str) -> bool:
    """Whether what was told is no other place than the case's."""
    return not told or not view.place or told in view.place or view.place in told


@cache
def _again() -> re.Pattern[str]:
    words = lists("following")["again"]
    return re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))


@cache
def _adds() -> re.Pattern[str]:
    return re.compile(lists("following")["adds"])


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(lists("following")["leads"])


def mention(talk: Talk, view: CaseView) -> None:
    """Say that there is such a case; the button that puts the story there stands with the question that follows, since
    a page shows those of the last message only.
    """
    talk.utter(talk.text("track.goes_on", number=view.number, day=talk.day(view.filed_at)))


def add_there(talk: Talk) -> list[Event]:
    """That button, as long as there is a draft that may go on with a case."""
    number = talk.slots.get("follows")
    return [talk.button("button.goes_on", to_add(number, DRAFT), row="follows")] if number else []
