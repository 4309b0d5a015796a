"""A case's history as colleagues read it: names and outcomes in the reader's language, never codes."""

import re

import pytest

from bot.staff.cards import Cards
from bot.staff.history import words_of
from cases.rules.case import Action, Actor, Event, Role, Status
from cases.rules.city import City
from tests.support.office import Office, Person

STORY = "Pile driving at the building site, 88 Xingfu Road, since 11 last night. Please stop it at night."
CHINESE = re.compile(r"[\u4e00-\u9fff]")


async def english(office: Office, account: str, department: str, *roles: Role) -> Person:
    """A colleague who reads English."""
    person = await office.staff(account, department, *roles)
    await person.says("English")
    return person


async def english_case(office: Office) -> str:
    """Somebody files in English; the number."""
    citizen = office.person("li")
    await citizen.says(STORY, '/contact{"v":"chat"}', "/submit")
    (receipt,) = citizen.answers
    return str(receipt.custom["case"])


@pytest.fixture
async def wang(office: Office) -> Person:
    """A handler and lead of the environment bureau."""
    return await english(office, "wang", "sthj", Role.HANDLER, Role.LEAD)


@pytest.fixture
async def chief(office: Office) -> Person:
    """A supervisor of the complaints office."""
    return await english(office, "chief", "xfj", Role.SUPERVISOR, Role.REVIEWER)


async def history(reader: Person, number: str) -> list[str]:
    """The lines of a case's history."""
    card = await reader.says(f"/case {number}")
    return [line for line in card.splitlines() if line.startswith("·")]


async def test_every_line_is_in_the_reader_s_language(office: Office, wang: Person, chief: Person) -> None:
    number = await english_case(office)
    for who, command in (
        (chief, "/assign {0} sthj"),
        (chief, "/classify {0} 教育文体/体育"),
        (wang, "/accept {0}"),
        (wang, "/helper {0} jtj"),
        (chief, "/hearing {0} 2026-12-03 15:00 room1 wang"),
        (wang, "/mediate {0} the street's mediation room"),
        (wang, "/mediate {0} no"),
        (wang, "/extend {0} 10 the measuring takes longer"),
        (wang, "/reply {0} The site on 88 Xingfu Road may no longer pile at night, we checked on Tuesday"),
        (wang, "/outcome {0} 1 partly the fine is not decided yet"),
        (chief, "/approve {0}"),
    ):
        await who.says(command.format(number))
    await office.delivers()
    lines = await history(wang, number)
    assert not [line for line in lines if CHINESE.search(line)]
    for words in (
        "(chief): Yunzhou Ecology and Environment Bureau",
        "becomes Education, culture and sport › Sport",
        "(wang): Yunzhou Transport Bureau",
        "hearing: 2026-12-03 15:00 room1 wang",
        "mediation proposed: the street's mediation room",
        "(the system): the other side declines mediation",
        "10 days: the measuring takes longer",
        "request 1: partly supported: the fine is not decided yet",
        "deliver (the system)",
    ):
        assert any(words in line for line in lines), f"{words} is not in {lines}"
    await wang.says("中文")
    lines = await history(wang, number)
    for words in (
        "改为 教育文体 › 体育",
        "云州市交通运输局",
        "听证：",
        "对方不同意调解",
        "第1项：部分支持：",
        "送达（系统）",
    ):
        assert any(words in line for line in lines), f"{words} is not in {lines}"


async def test_a_matter_that_left_the_city_s_file_is_told_as_it_was(office: Office, wang: Person, city: City) -> None:
    cards = Cards(city, "en", office.clock())
    line = Event(
        0, office.clock(), Action.CLASSIFY, Actor(Role.HANDLER, "wang"), Status.ACCEPTED, Status.ACCEPTED,
        internal="商贸旅游/旧类", data={"code": "gone"},
    )  # fmt: skip
    assert words_of(cards, line) == "商贸旅游/旧类 becomes gone"


async def test_a_draft_is_offered_by_its_name(office: Office, wang: Person, chief: Person) -> None:
    number = await english_case(office)
    await chief.says(f"/letter {number} supervision please hurry", f"/letters {number}")
    assert [button.title for row in chief.answers[0].buttons for button in row] == ["Letter of supervision"]
