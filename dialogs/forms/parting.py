"""Two matters told in one breath: telling them apart, and keeping the second one until the first is filed.

The offer stands beside the question that follows; who does not take it up has told one matter. Nothing is lost either
way: the words of the second wait in the slot ``later`` until they are taken up or given up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from dialogs.draft import narrative_text
from dialogs.forms.lists import lists
from dialogs.forms.telling import Slots, understood
from dialogs.talk import Event, Talk
from intents.lexicon import load
from intents.reading import simplify
from intents.understanding import Matter, Urgency

ANNOUNCED, LED, PLAIN = 0.55, 0.75, 0.97
"""How sure both matters must be: where it is said that there are two, where words lead to another one ("另外"), where
nothing does. A letter about one matter touches others by the way, and must not be asked about them.
"""
LONGEST = 1_000
"""Letters; a longer one is about one matter, and takes long to look through."""
SHORTEST = {"zh": 6, "en": 15}
"""Letters of a matter."""
SHOWN, SHOWN_LATIN = 20, 50
"""Letters by which each matter is shown."""
AROUND = " \n,;\uff0c\uff1b"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a story between two places at which another matter may begin."""

    start: int
    led: bool
    matter: Matter


@dataclass(frozen=True, slots=True)
class Parting:
    """A story in two, and how surely so."""

    first: str
    second: str
    sureness: float


def two_matters(talk: Talk, found: Slots) -> tuple[str, str] | None:
    """The words of either matter, where the story in `found`, just told, is plainly of two; None for the common case,
    where somebody is in danger, and where it was decided already.
    """
    story = narrative_text(found) if found.get("narrative") else ""
    if not story or len(story) > LONGEST or talk.slots.get("two") is not None:
        return None
    meaning = understood(talk, story)
    ends = {each.start() for each in _regex("gap", meaning.language).finditer(plain(story))} - {0, len(story)}
    if not ends or meaning.urgency is Urgency.EMERGENCY:
        return None
    bounds = pairwise([0, *sorted(ends), len(story)])
    pieces = [_piece(talk, story[start:end], start) for start, end in bounds if story[start:end].strip()]
    announced = bool(_regex("announces", meaning.language).search(plain(story)))
    needed = [ANNOUNCED if announced else LED if each.led else PLAIN for each in pieces]
    partings = [_parting(talk, story, pieces, number, needed[number]) for number in range(1, len(pieces))]
    best = max((each for each in partings if each), key=lambda each: each.sureness, default=None)
    return (best.first, best.second) if best else None


def _piece(talk: Talk, words: str, start: int) -> Piece:
    meaning = understood(talk, words)
    return Piece(start, bool(_regex("leads", meaning.language).match(plain(words))), meaning.matter)


def _parting(talk: Talk, story: str, pieces: Sequence[Piece], number: int, needed: float) -> Parting | None:
    """The two matters that part before that piece; None where they are not two."""
    here = pieces[number]
    before, behind = (_first_levels(side, needed) for side in (pieces[:number], pieces[number:]))
    if len(before) != 1 or len(behind) != 1 or before == behind:
        return None
    first, second = story[: here.start].strip(AROUND), without_lead(talk, story[here.start :])
    wholes = [understood(talk, words) for words in (first, second)]
    if any(len(each.text) < SHORTEST[each.language] for each in wholes):
        return None
    agree = [{each.matter.first_level} for each in wholes] == [before, behind]
    sure = min(each.matter.confidence for each in wholes)
    return Parting(first, second, sure + here.led) if agree and sure >= needed else None


def _first_levels(pieces: Sequence[Piece], needed: float) -> set[str]:
    """The first levels that some piece is sure of by itself."""
    sure = {each.matter.first_level for each in pieces if each.matter.confidence >= needed}
    return sure - {load("nature")["no_matter"]}


def offer(talk: Talk, first: str, second: str) -> None:
    """Say that it sounds like two; the buttons stand with the question that follows."""
    talk.utter(talk.text("draft.two_matters", first=shown(first), second=shown(second)))


def part_buttons(talk: Talk) -> list[Event]:
    """To tell them as two, or as one; as long as that was not decided."""
    if not talk.slots.get("two"):
        return []
    return [
        talk.button("button.as_two", '/part{"v":"two"}', row="two"),
        talk.button("button.as_one", '/part{"v":"one"}', row="two"),
    ]


def later_line(talk: Talk) -> str:
    """That another matter of theirs waits, on a line of its own; empty where none does."""
    later = str(talk.slots.get("later") or "")
    return "\n" + talk.text("draft.later", words=shown(later)) if later else ""


def later_buttons(talk: Talk) -> list[Event]:
    """To take up the matter that waits, or to give it up."""
    if not talk.slots.get("later"):
        return []
    return [
        talk.button("button.next", '/part{"v":"next"}', row="next"),
        talk.button("button.drop", '/part{"v":"drop"}', row="next"),
    ]


def shown(words: str) -> str:
    """How a matter begins."""
    line, most = " ".join(words.split()).rstrip(".\u3002"), SHOWN_LATIN if words.isascii() else SHOWN
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def without_lead(talk: Talk, words: str) -> str:
    """Words without those that only say that another matter follows ("还有", "also")."""
    found = _regex("leads", understood(talk, words).language).match(plain(words))
    return (words[found.end() :] if found else words).strip(f"{AROUND}:\uff1a\u3001")


def plain(words: str) -> str:
    """Lower case and simplified, of the same length."""
    return simplify(words.lower())


@cache
def _regex(name: str, language: str) -> re.Pattern[str]:
    return re.compile(lists("parting")[language][name])
