"""What every staff command speaks with: the room that it runs in, what it answers, how it says what was done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.staff.cards import Cards
from cases.casework.handling import CaseFile, StaffDesk
from cases.rules.case import Action, Case
from cases.rules.tongues import readable
from dialogs.messages import Address, Attachment, Button


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answers."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    replace: bool = False
    fleeting: bool = False
    """Nothing of it is kept once it was read: it holds a secret."""


class Exporter(Protocol):
    """Takes in what ``/export`` asks for; `bot.export` is it, the wiring joins the two."""

    async def order(self, desk: StaffDesk, words: str) -> str:
        """The file follows by itself; its password, where it is locked.

        Raise `DeskError` for what is not allowed or not understood.
        """
        ...


@dataclass(frozen=True)
class Room:
    """What a command has at hand: the desk, words and cards, the doors beside it."""

    desk: StaffDesk
    cards: Cards
    exporter: Exporter
    address: Address
    manage: "Manager"


class Manager(Protocol):
    """Manages accounts; `bot.staff.accounts` is it."""

    async def run(self, room: "Room", rest: str) -> Said:
        """``/staff …``."""
        ...


LOOKED_OVER = (Action.REPLY, Action.APPROVE)
EXAMPLE = "XF20261123-000001-8"
"""The case that the texts take for an example."""
Run = Callable[[Room, str], Awaitable[Said]]


@dataclass(frozen=True, slots=True)
class Command:
    """One staff command; usage, example and help are the texts ``staff.usage.<name>`` and so on."""

    name: str
    run: Run


def usage(room: Room, name: str, number: str = "") -> str:
    """How a command is typed, with an example: for the case of that number where one was named."""
    words = room.cards.text(f"staff.usage.{name}")
    return room.cards.text("staff.expected", usage=words.replace(EXAMPLE, number, 1) if number else words)


async def done(room: Room, name: str, case: Case) -> Said:
    """What was done, with the card's buttons for what is next, where they still see the case."""
    text = room.cards.text(
        f"staff.done.{name}",
        number=case.number,
        status=room.cards.status(case.status),
        due=room.cards.due(case),
    )
    if not room.desk.sees(case):
        return Said(text)
    file = await room.desk.open(case.number)
    text = "\n".join((text, *_not_readable(room, file)))
    look = (Button(room.cards.text("button.open_case"), f"/case {case.number}"),)
    return Said(text, (*room.cards.buttons(file), look))


def _not_readable(room: Room, file: CaseFile) -> list[str]:
    """A word for who just wrote to a citizen in a language that they may not read; an answer is looked over before."""
    desk, theirs = room.desk, [event for event in file.history[-1:] if event.actor.id == room.desk.account.account]
    if all(each.at < desk.work.now or each.action in LOOKED_OVER or readable(each.text, file.case) for each in theirs):
        return []
    return [room.cards.text("staff.not_readable", language=room.cards.language_of(file.case))]
