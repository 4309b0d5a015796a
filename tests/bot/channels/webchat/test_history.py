"""The conversation's rows on both databases: once for each key, in an order that a reader can trust."""

import asyncio
from dataclasses import replace

from bot.channels.webchat.history import PAGE, History
from bot.channels.webchat.live import Live
from cases.casework.rights import copy
from cases.casework.work import Work
from dialogs.messages import Address, InboundMessage, OutboundMessage
from storage.attachments import StoredAttachment
from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking, working
from tests.bot.channels.webchat.conftest import NOISE, NOW, House

PERSON = Address("webchat", "one")
HEARD = InboundMessage(PERSON, "update", NOW, "你好", message_id="m1", metadata={PAGE: ""})


def history(database: Database) -> History:
    return History(database, Live(database), lambda: NOW)


async def test_a_turn_is_kept_once_with_the_same_ids(database: Database) -> None:
    kept = history(database)
    answers = [OutboundMessage(PERSON, "您好"), OutboundMessage(PERSON, "请说")]
    async with working(database) as unit:
        first = [each.posted for each in await kept.record(unit, HEARD, answers, NOW)]
    async with working(database) as unit:
        assert [each.posted for each in await kept.record(unit, HEARD, answers, NOW)] == first
    shown = await kept.entries(str(PERSON))
    assert [each["text"] for each in shown] == ["你好", "您好", "请说"]
    assert [each["id"] for each in shown[1:]] == first
    assert await kept.newest(str(PERSON)) == first[-1]


async def test_what_no_page_asked_to_show_is_not_shown(database: Database) -> None:
    kept = history(database)
    async with working(database) as unit:
        answers = await kept.record(unit, replace(HEARD, metadata={}), [OutboundMessage(PERSON, "您好")], NOW)
    assert [each.posted for each in answers] == [None]
    assert await kept.entries(str(PERSON)) == []


async def test_a_reader_that_follows_the_ids_misses_nothing_of_many_writers(database: Database) -> None:
    kept, read, seen = history(database), [], 0
    writers = [
        asyncio.ensure_future(kept.push(OutboundMessage(PERSON, str(number)), f"k{number}")) for number in range(30)
    ]
    while not all(each.done() for each in writers) or seen < await kept.newest(str(PERSON)):
        for each in await kept.entries(str(PERSON), seen):
            read.append(each["text"])
            seen = each["id"]
    assert sorted(read, key=int) == [str(number) for number in range(30)]


async def test_a_stranger_has_no_history(database: Database) -> None:
    kept = history(database)
    await kept.push(OutboundMessage(PERSON, "好"), "k")
    assert await kept.newest("webchat:other") == 0
    assert await kept.entries("webchat:other") == []


async def test_a_file_gets_one_owner_and_keeps_it(database: Database) -> None:
    file = StoredAttachment("k" * 32, "", "photo", "a.png", "image/png", 1, "0" * 64, NOW)
    async with working(database) as unit:
        await unit.attachments.add(file)
        await unit.attachments.own(file.key, "webchat:one")
        await unit.attachments.own(file.key, "webchat:two")
        assert await unit.attachments.get(file.key) == replace(file, owner="webchat:one")


async def test_a_copy_of_everything_about_somebody_has_the_words_of_the_conversation(house: House) -> None:
    citizen = await house.citizen()
    number = await citizen.file_complaint()
    async with looking(house.app.database) as unit:
        (case,) = await unit.cases.find(CaseFilter())
        found = await copy(Work(unit, house.app.city, NOW), str(case.reporter.address))
    assert [each.number for each in found.cases] == [number]
    assert (found.messages[0][1], found.messages[0][2]) == (True, NOISE)
    assert any(number in words for _, theirs, words in found.messages if not theirs)
