"""What staff said in words of their own, answered: what only looks is done at once; what changes a case is asked back,
with the case that it would be done to, ready to tap or to copy. Nothing is done to a case by a guess.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.staff.meant import Meant
from bot.staff.parsing import Call
from bot.staff.plain import TO_WHOM
from bot.staff.speaking import Room, Said
from cases.casework import undo as undoing
from cases.casework.handling import CaseFile
from cases.rules.case import Action
from cases.rules.permissions import may
from cases.rules.privacy import mask_text
from cases.rules.routing import unit_meant
from dialogs.messages import Button

ABOUT_NO_CASE = frozenset({"inbox", "due", "find", "duty", "rates", "report", "export", "help"})
LOOKING = frozenset({"case", "files", "similar", "audit", "letters", "joint"})
CHOOSING = frozenset({"assign", "lead"})
"""Alone they only offer what can be chosen."""
ACTIONS_OF: Mapping[str, tuple[Action, ...]] = {
    "accept": (Action.ACCEPT,),
    "sign": (Action.SIGN,),
    "decline": (Action.DECLINE,),
    "assign": (Action.ASSIGN,),
    "return": (Action.OBJECT,),
    "helper": (Action.ADD_UNIT,),
    "lead": (Action.APPOINT,),
    "extend": (Action.EXTEND, Action.ASK_EXTENSION),
    "grant": (Action.REFUSE_EXTENSION,),
    "deny": (Action.REFUSE_EXTENSION,),
    "reply": (Action.REPLY,),
    "approve": (Action.APPROVE,),
    "sendback": (Action.SEND_BACK,),
    "progress": (Action.PROGRESS,),
    "ask": (Action.ASK_INFO,),
    "close": (Action.CLOSE,),
    "reopen": (Action.REOPEN,),
    "supervise": (Action.SUPERVISE,),
    "classify": (Action.CLASSIFY,),
    "merge": (Action.MERGE,),
    "recuse": (Action.RECUSE,),
}
"""What has to be possible for a command to be worth offering; any of them will do."""
UNDO = "undo"
RECENT = timedelta(minutes=30)
"""How long the case that somebody looked at last is the one that they talk about."""
LONGEST_PAYLOAD = 54
"""Bytes that fit a button in every channel (`dialogs.messages.Button`)."""
TITLE = 24


async def answer(room: Room, guess: Meant, number: str) -> Call | Said:
    """The command to do at once, or the question back; `number` is empty where none was named."""
    first, words = next(iter(guess.commands.items()))
    if guess.office or first in ABOUT_NO_CASE:
        return Call("case", number) if number else Call(first, " ".join(words))
    if first == UNDO:
        return await _taking_back(room)
    number = number or await room.desk.looked_at(RECENT)
    if not number:
        return Call("grant", "") if first == "grant" else await _which_case(room, first)
    file = await room.desk.open(number)
    return _about(room, guess, file)


async def _taking_back(room: Room) -> Said:
    """What would be taken back, before it is; a minute is short, so that is one tap."""
    last = await undoing.undoable(room.desk)
    text = room.cards.text
    return Said(
        text("staff.meant_undo", number=last.number, action=text(f"action.{last.action}")),
        ((_button(room, UNDO, f"/{UNDO}"),),),
    )


def _about(room: Room, guess: Meant, file: CaseFile) -> Call | Said:
    """The same, once the case is known."""
    number, commands = file.case.number, _known_units(room, guess.commands)
    names = [name for name in guess.commands if _possible(name, file)]
    names = (names or _for_them(room, guess))[: None if guess.all else 1]
    if names[0] in LOOKING or (names[0] in CHOOSING and not commands[names[0]]):
        return Call(names[0], number)
    lines = [_Line(room, name, number, commands[name]) for name in names]
    return _asked(room, file, lines)


def _known_units(room: Room, commands: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Without what was taken for a department and is none."""
    city = room.desk.work.city
    unknown = {name for name in TO_WHOM & set(commands) if not unit_meant(city, " ".join(commands[name]))}
    return {name: () if name in unknown else words for name, words in commands.items()}


def _possible(name: str, file: CaseFile) -> bool:
    wanted = ACTIONS_OF.get(name, ())
    return not wanted or bool(set(wanted) & set(file.actions))


def _for_them(room: Room, guess: Meant) -> list[str]:
    """Where nothing is possible now: what their roles are for; doing it says why it cannot be done."""
    mine = [name for name in guess.commands if may(room.desk.account.roles, name)]
    return mine or list(guess.commands)


class _Line:
    """One command ready to send, or with gaps where words are missing."""

    def __init__(self, room: Room, name: str, number: str, words: Sequence[str]) -> None:
        self.name = name
        gaps = list(_gaps(room, name))[len(words) :]
        self.whole = not gaps
        self.text = " ".join((f"/{name}", number, *words, *(room.cards.text("staff.gap", name=gap) for gap in gaps)))

    @property
    def fits_a_button(self) -> bool:
        return self.whole and fits(self.text)


def fits(payload: str) -> bool:
    """Whether a command is short enough for a button."""
    return len(payload.encode()) <= LONGEST_PAYLOAD


def _asked(room: Room, file: CaseFile, lines: Sequence[_Line]) -> Said:
    key = "several" if len(lines) > 1 else "whole" if lines[0].whole else "gaps"
    act = room.cards.text(f"staff.help.{lines[0].name}")
    title = title_of(file.case.narrative)
    head = room.cards.text(f"staff.meant_{key}", act=act, number=file.case.number, title=title)
    taps = tuple((_button(room, line.name, line.text),) for line in lines if line.fits_a_button)
    look = Button(room.cards.text("button.open_case"), f"/case {file.case.number}")
    return Said("\n".join((head, *(line.text for line in lines))), (*taps, (look,)))


def title_of(narrative: str) -> str:
    """The beginning of a story, as far as the words before it goes on."""
    line = mask_text(narrative.replace("\n", " "))
    return line if len(line) <= TITLE else f"{line[:TITLE]}\u2026"


async def _which_case(room: Room, name: str) -> Said:
    """No case was named and none looked at: those that wait are a tap away."""
    page = await room.desk.inbox(limit=5)
    act, line = room.cards.text(f"staff.help.{name}"), _Line(room, name, room.cards.text("staff.number"), ())
    text = room.cards.text("staff.meant_which", act=act, command=line.text)
    _, buttons = room.cards.listing("staff.inbox", page.cases)
    return Said(text, buttons)


def _button(room: Room, name: str, payload: str) -> Button:
    return Button(room.cards.text(f"staff.help.{name}"), payload)


def _gaps(room: Room, name: str) -> Iterator[str]:
    """What has to stand behind the number, as the usage calls it; what may be left out is in brackets there."""
    usage = re.split(r"\u3000|\s{2,}|\.\s", room.cards.text(f"staff.usage.{name}"))[0]
    return (each for each in usage.split()[2:] if not each.startswith("["))
