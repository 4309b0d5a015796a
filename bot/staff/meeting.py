"""The commands about people coming together, and the library of typical cases."""

import re
from collections.abc import Mapping
from datetime import datetime

from bot.staff.parsing import Expected, number_and_words, number_only
from bot.staff.speaking import Room, Run, Said, done
from cases.casework import library, reception
from cases.casework.reception import CONSULTATION, HEARING
from cases.rules.replies import read_agreement
from dialogs.messages import Button
from dialogs.wording import say_moment

DAY = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})\s+(?P<begin>\d{1,2}:\d{2})-(?P<end>\d{1,2}:\d{2})\s+(?P<minutes>\d{1,3})"
    r"\s+(?P<host>\S+)\s+(?P<place>.+)"
)
MEETING = re.compile(r"(?P<at>\d{4}-\d{2}-\d{2}\s+\d{1,2}:\d{2})\s+(?P<place>\S+)\s+(?P<people>.+)", re.DOTALL)


async def receptions(room: Room, rest: str) -> Said:
    """The coming reception days; with words, a new one."""
    if rest:
        return await _open(room, rest)
    slots = await reception.days(room.desk)
    text = room.cards.text
    lines = [
        text(
            "staff.slot",
            at=say_moment(room.cards.language, each.begins_at, room.cards.zone, room.cards.now),
            host=each.host,
            place=each.place,
            state=each.case_number or text("staff.slot_free"),
        )
        for each in slots
    ]
    return Said("\n".join(lines) if lines else text("staff.slots_none"))


async def _open(room: Room, rest: str) -> Said:
    found = DAY.fullmatch(rest)
    if not found:
        raise Expected
    begin, end = (moment(room, f"{found['day']} {found[name]}") for name in ("begin", "end"))
    minutes = int(found["minutes"])
    if not minutes:
        raise Expected
    count = await reception.open_slots(room.desk, begin, end, minutes, found["host"], found["place"].strip())
    return Said(room.cards.text("staff.slots_opened", count=count))


async def consult(room: Room, rest: str) -> Said:
    """A joint consultation."""
    return await _planned(room, rest, CONSULTATION)


async def hearing(room: Room, rest: str) -> Said:
    """A hearing."""
    return await _planned(room, rest, HEARING)


async def _planned(room: Room, rest: str, kind: str) -> Said:
    number, words = number_and_words(rest)
    found = MEETING.fullmatch(words)
    if not found:
        raise Expected
    people = tuple(each for each in re.split(r"[\s,;\u3001\uff0c\uff1b]+", found["people"]) if each)
    at = moment(room, " ".join(found["at"].split()))
    return await done(room, kind, await reception.plan(room.desk, number, kind, at, found["place"], people))


async def mediate(room: Room, rest: str) -> Said:
    """Propose a mediation, or note what the other side says."""
    number, words = number_and_words(rest)
    agrees = read_agreement(words)
    if agrees is not None:
        noted = await reception.other_side_on_mediation(room.desk, number, agrees=agrees)
        return await done(room, "mediate_noted", noted)
    return await done(room, "mediate", await reception.refer(room.desk, number, words))


async def minutes(room: Room, rest: str) -> Said:
    """What was said."""
    return await done(room, "minutes", await reception.minutes(room.desk, *number_and_words(rest)))


async def typical(room: Room, rest: str) -> Said:
    """Into the library; with ``off`` out of it."""
    if rest.endswith(" off"):
        number = number_only(rest.removesuffix(" off"))
        await library.drop(room.desk, number)
        return Said(room.cards.text("staff.done.typical_off", number=number))
    kept = await library.add(room.desk, number_only(rest))
    return Said("\n".join((room.cards.text("staff.done.typical", number=kept.number), kept.story, kept.reply)))


async def similar(room: Room, rest: str) -> Said:
    """Typical cases near to this one, to learn from; the handler writes the answer."""
    number = number_only(rest)
    offers = await library.similar(room.desk, number)
    text = room.cards.text
    parts = [
        text("staff.similar", order=order, story=each.typical.story[:120], reply=each.typical.reply)
        for order, each in enumerate(offers, 1)
    ]
    look = ((Button(text("button.open_case"), f"/case {number}"),),)
    return Said(
        "\n\n".join((*parts, text("staff.similar_hint", number=number))) if parts else text("staff.similar_none"), look
    )


def moment(room: Room, words: str) -> datetime:
    """A day and time of the city; raise `Expected` for what is none."""
    try:
        return datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=room.cards.zone)
    except ValueError:
        raise Expected from None


MEETING_UP: Mapping[str, Run] = {
    "reception": receptions,
    "consult": consult,
    "hearing": hearing,
    "mediate": mediate,
    "minutes": minutes,
    "typical": typical,
    "similar": similar,
}
