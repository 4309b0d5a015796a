"""The staff commands: each a name, how it is typed, and what it does. `docs/commands.md` lists them."""

from collections.abc import Mapping, Sequence

from bot.staff.answering import ANSWERING
from bot.staff.delivering import DELIVERING
from bot.staff.evidence import EVIDENCE
from bot.staff.lettering import LETTERING
from bot.staff.lists import LISTS
from bot.staff.meeting import MEETING_UP
from bot.staff.organising import ORGANISING
from bot.staff.parsing import (
    Expected,
    number_and_rest,
    number_and_words,
    number_only,
)
from bot.staff.speaking import Command, Room, Run, Said, done, usage
from bot.staff.watching import WATCHING
from cases.rules.city import named
from cases.rules.permissions import may
from dialogs.messages import Button


async def show(room: Room, rest: str) -> Said:
    """One case."""
    file = await room.desk.open(number_only(rest))
    return Said(room.cards.case(file), room.cards.buttons(file))


async def accept(room: Room, rest: str) -> Said:
    """Accept."""
    return await done(room, "accept", await room.desk.accept(number_only(rest)))


async def decline(room: Room, rest: str) -> Said:
    """Do not accept."""
    return await done(room, "decline", await room.desk.decline(*number_and_words(rest)))


async def redirect(room: Room, rest: str) -> Said:
    """Show the lawful way."""
    return await done(room, "redirect", await room.desk.redirect(*number_and_words(rest)))


async def assign(room: Room, rest: str) -> Said:
    """Make another department responsible; without one the likeliest are a tap away."""
    number, department = number_and_rest(rest)
    if not department:
        return units(room, number, await room.desk.units(number))
    return await done(room, "assign", await room.desk.assign(number, department))


def units(room: Room, number: str, codes: Sequence[str]) -> Said:
    """Departments to give a case to, one a button."""
    buttons = tuple((Button(room.cards.department(code), f"/assign {number} {code}"),) for code in codes)
    return Said(room.cards.text("staff.which_unit", number=number), buttons)


async def sign(room: Room, rest: str) -> Said:
    """Sign for it."""
    return await done(room, "sign", await room.desk.sign(number_only(rest)))


async def note(room: Room, rest: str) -> Said:
    """An internal note."""
    return await done(room, "note", await room.desk.note(*number_and_words(rest)))


async def progress(room: Room, rest: str) -> Said:
    """News for the citizen."""
    return await done(room, "progress", await room.desk.progress(*number_and_words(rest)))


async def ask(room: Room, rest: str) -> Said:
    """A question to the citizen."""
    return await done(room, "ask", await room.desk.ask(*number_and_words(rest)))


async def schedule(room: Room, rest: str) -> Said:
    """What is arranged, and when."""
    return await done(room, "schedule", await room.desk.schedule(*number_and_words(rest)))


async def call_back(room: Room, rest: str) -> Said:
    """Ask the citizen whether the answer holds."""
    return await done(room, "callback", await room.desk.call_back(*number_and_words(rest)))


async def supervise(room: Room, rest: str) -> Said:
    """Press for it."""
    return await done(room, "supervise", await room.desk.supervise(*number_and_words(rest)))


async def close(room: Room, rest: str) -> Said:
    """Close."""
    return await done(room, "close", await room.desk.close(number_only(rest)))


async def reopen(room: Room, rest: str) -> Said:
    """Take up again."""
    return await done(room, "reopen", await room.desk.reopen(*number_and_words(rest)))


async def classify(room: Room, rest: str) -> Said:
    """Correct the matter; without words the categories are listed."""
    number, words = number_and_rest(rest)
    if not words:
        return Said(categories(room), ())
    return await done(room, "classify", await room.desk.classify(number, words))


def categories(room: Room) -> str:
    """Every category with its code."""
    city, language = room.desk.work.city, room.cards.language
    return "\n".join(
        f"{each.code} {named(each.first_names, language)} / {named(each.second_names, language)}"
        for each in city.categories
    )


async def export(room: Room, rest: str) -> Said:
    """The register as a file, which follows by itself."""
    password = await room.exporter.order(room.desk, rest)
    if password:
        return Said(room.cards.text("staff.export_locked", password=password), fleeting=True)
    return Said(room.cards.text("staff.export_ordered"))


async def report(room: Room, rest: str) -> Said:
    """Figures of the last days."""
    if rest not in ("", "week"):
        raise Expected
    figures = await room.desk.week()
    text, whole = room.cards.text, len(room.desk.departments()) > 1
    lines = [text("staff.report_head_all" if whole else "staff.report_head")]
    lines += [text(f"staff.report_{name}", count=count) for name, count in figures.items()]
    hot = await room.desk.hot()
    lines += [text("staff.report_hot")] if hot else []
    lines += [text("staff.report_matter", matter=room.cards.matter_called(*each[:2]), count=each[2]) for each in hot]
    return Said("\n".join(lines))


async def manage(room: Room, rest: str) -> Said:
    """Accounts."""
    return await room.manage.run(room, rest)


async def help_(room: Room, rest: str) -> Said:
    """All commands, or one."""
    text = room.cards.text
    name = rest.lstrip("/").split(" ")[0]
    if name in COMMANDS:
        return Said(f"{text(f'staff.help.{name}')}\n{usage(room, name)}")
    lines = [text("staff.help_head"), *(f"/{each}  {text(f'staff.help.{each}')}" for each in allowed(room))]
    return Said("\n".join(lines))


def allowed(room: Room) -> list[str]:
    """The commands that are for this account's roles."""
    return [name for name in COMMANDS if may(room.desk.account.roles, name)]


HANDLING: Mapping[str, Run] = {
    "case": show,
    "accept": accept,
    "decline": decline,
    "redirect": redirect,
    "assign": assign,
    "sign": sign,
    "note": note,
    "progress": progress,
    "schedule": schedule,
    "ask": ask,
    "classify": classify,
    "callback": call_back,
    "supervise": supervise,
    "close": close,
    "reopen": reopen,
}
OFFICE: Mapping[str, Run] = {
    "export": export,
    "report": report,
    "staff": manage,
    "help": help_,
}
GROUPS = (LISTS, HANDLING, EVIDENCE, ANSWERING, ORGANISING, WATCHING, LETTERING, MEETING_UP, DELIVERING, OFFICE)
COMMANDS: Mapping[str, Command] = {name: Command(name, run) for group in GROUPS for name, run in group.items()}
"""Every command; a further module of commands adds its own mapping to `GROUPS`, before `OFFICE`."""
