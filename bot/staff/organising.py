"""The commands about who works on what together: handing back, withdrawing, leads, joint matters, taking back."""

from collections.abc import Mapping, Sequence

from bot.staff.parsing import Expected, number_and_rest, number_and_words, number_only, two_numbers
from bot.staff.speaking import Room, Run, Said, done
from cases.casework import joint, objections
from cases.casework import undo as undoing
from dialogs.messages import Button
from storage.staff import StaffAccount

MOST_NAMED = 12
"""How many people are offered; of more the account has to be typed."""


async def hand_back(room: Room, rest: str) -> Said:
    """Hand back with reasons."""
    return await done(room, "return", await objections.object_(room.desk, *number_and_words(rest)))


async def keep(room: Room, rest: str) -> Said:
    """The sender does not agree to a return."""
    return await done(room, "keep", await objections.refuse(room.desk, *number_and_words(rest)))


async def recuse(room: Room, rest: str) -> Said:
    """Withdraw for an interest of one's own."""
    case = await objections.recuse(room.desk, *number_and_words(rest))
    return Said(room.cards.text("staff.done.recuse", number=case.number))


async def lead(room: Room, rest: str) -> Said:
    """Name who handles or leads the case; without a name those who may are a tap away."""
    number, account = number_and_rest(rest)
    if not account:
        return people(room, number, await objections.candidates(room.desk, number))
    case = await objections.appoint(room.desk, number, account)
    return Said(room.cards.text("staff.done.lead", number=case.number, account=case.handler))


def people(room: Room, number: str, found: Sequence[StaffAccount]) -> Said:
    """Who may be named, one a button."""
    text = room.cards.text
    if not found:
        return Said(text("staff.nobody_to_name", number=number))
    buttons = tuple((Button(_called(room, each), f"/lead {number} {each.account}"),) for each in found[:MOST_NAMED])
    return Said(text("staff.who_handles", number=number), buttons)


def _called(room: Room, person: StaffAccount) -> str:
    return room.cards.text("staff.person", name=person.name, department=room.cards.department(person.department))


async def helper(room: Room, rest: str) -> Said:
    """Another department helps."""
    return await done(room, "helper", await objections.add_unit(room.desk, *number_and_words(rest)))


async def merge(room: Room, rest: str) -> Said:
    """Two cases are one."""
    return await done(room, "merge", await joint.merge(room.desk, *two_numbers(rest)))


async def split(room: Room, rest: str) -> Said:
    """A joined case goes by itself again."""
    return await done(room, "split", await joint.split(room.desk, number_only(rest)))


async def together(room: Room, rest: str) -> Said:
    """The joint matter that a case belongs to."""
    found = await joint.together(room.desk, number_only(rest))
    text = room.cards.text
    if not found.joined:
        return Said(text("staff.joint_none", number=found.parent.number))
    head = text("staff.joint", number=found.parent.number, people=found.people, count=len(found.joined))
    speaks = [text("staff.joint_speaks", number=case.number) for case in found.joined if case.representative]
    return Said("\n".join((head, *(room.cards.line(case) for case in found.joined), *speaks)))


async def represent(room: Room, rest: str) -> Said:
    """Let somebody who joined speak for all."""
    return await done(room, "represent", await joint.represent(room.desk, number_only(rest)))


async def undo(room: Room, rest: str) -> Said:
    """Take back my last command."""
    if rest:
        raise Expected
    case, action = await undoing.undo(room.desk)
    text = room.cards.text
    status = room.cards.status(case.status)
    return Said(text("staff.done.undo", number=case.number, action=text(f"action.{action}"), status=status))


ORGANISING: Mapping[str, Run] = {
    "return": hand_back,
    "keep": keep,
    "recuse": recuse,
    "lead": lead,
    "helper": helper,
    "merge": merge,
    "split": split,
    "joint": together,
    "represent": represent,
    "undo": undo,
}
