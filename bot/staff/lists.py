"""The commands that list cases: what waits, what is due, what was searched for."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.staff.parsing import Expected, number_only
from bot.staff.speaking import Room, Run, Said
from dialogs.messages import Button
from dialogs.phrasebook import LANGUAGES, texts

SOON = 3
MOST_DIGITS = 4
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


async def inbox(room: Room, rest: str) -> Said:
    """What waits for my department, or a part of it."""
    part, after = part_and_number(rest)
    page = await room.desk.inbox(part, after=after)
    text, buttons = room.cards.listing(f"staff.inbox_{part}" if part else "staff.inbox", page.cases, page.count)
    more = Button(room.cards.text("staff.button_more"), f"/inbox {part} {page.last}".replace("  ", " "))
    return Said(text, (*buttons, (more,)) if page.last else buttons)


def part_and_number(rest: str) -> tuple[str, str]:
    """The part of the inbox that is meant, and the number behind which it goes on."""
    if not rest:
        return "", ""
    if part := called("parts", rest):
        return part, ""
    word, _, number = rest.rpartition(" ")
    part = called("parts", word) if word else ""
    if word and not part:
        raise Expected
    return part, number_only(number)


async def due(room: Room, rest: str) -> Said:
    """What is due soon or overdue, or on certain days."""
    name, (since, until) = due_span(room, rest)
    page = await room.desk.due(until, since=since)
    text, buttons = room.cards.listing(f"staff.due_{name}", page.cases, page.count)
    return Said(text, buttons)


def due_span(room: Room, rest: str) -> tuple[str, tuple[datetime | None, datetime]]:
    """What the span is called, its begin and end: some days with all that is overdue, or the days that are named."""
    now = room.cards.now
    if not rest or (rest.isdecimal() and len(rest) < MOST_DIGITS):
        return "list", (None, now + timedelta(days=int(rest or SOON)))
    name = called("spans", rest)
    midnight = datetime.combine(now.astimezone(room.cards.zone).date(), time(), room.cards.zone)
    monday = midnight - timedelta(days=midnight.weekday())
    spans: dict[str, tuple[datetime | None, datetime]] = {
        "today": (midnight, midnight + DAY),
        "tomorrow": (midnight + DAY, midnight + 2 * DAY),
        "week": (midnight, monday + WEEK),
        "next_week": (monday + WEEK, monday + 2 * WEEK),
        "overdue": (None, now),
    }
    if name not in spans:
        raise Expected
    return name, spans[name]


def called(kind: str, word: str) -> str:
    """What is called so, among the days of ``/due`` or the parts of ``/inbox``; empty where nothing is."""
    head = f"staff.{kind}."
    found = (each for language in LANGUAGES for each in texts(language).items() if each[0].startswith(head))
    return next((key.removeprefix(head) for key, names in found if word.casefold() in names.split("|")), "")


async def find(room: Room, rest: str) -> Said:
    """Cases with these words."""
    if not rest.split():
        raise Expected
    found = await room.desk.find(rest.split()[:5])
    text, buttons = room.cards.listing("staff.found", found.cases)
    until = room.cards.text("staff.found_until", day=room.cards.day(found.until)) if found.until else ""
    return Said("\n".join(filter(None, (text, until))), buttons)


LISTS: Mapping[str, Run] = {
    "inbox": inbox,
    "due": due,
    "find": find,
}
