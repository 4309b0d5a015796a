"""A whole life of a case, in each channel, on each database: filed, worked, asked, answered, rated, exported."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import openpyxl
import pytest
from aiohttp import ClientSession, CookieJar, web

from bot.app import App, build
from bot.settings import Settings
from bot.staff.accounts import make_account, make_link
from cases.casework.work import Work
from cases.rules.case import Role
from storage.migrate import migrate
from storage.unit import working
from tests.emulators.telegram_api import TOKEN, TelegramApi
from tests.support.clock import TestClock
from tests.support.people import NUMBER, AtTerminal, InTelegram, InWebChat, Person

OpenPerson = Callable[[str], Awaitable[Person]]
WORDS = {
    "zh": {
        "story": "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工",
        "here": "只在这里回复",
        "submit": "提交",
        "accepted": "已受理",
        "supplement": "补充材料",
        "detail": "晚上十一点到凌晨三点，天天如此",
        "reply": "经查属实，已责令工地夜间停止施工",
        "solved": "解决了",
        "satisfied": "满意",
        "thanks": "谢谢",
        "closed": "已办结",
    },
    "en": {
        "story": "Since last night at 11 the building site at 88 Xingfu Road has been driving piles, my child cannot "
        "sleep. Please stop work at night.",
        "here": "Answer me here",
        "submit": "Submit",
        "accepted": "is accepted",
        "supplement": "Add something",
        "detail": "From eleven at night until three in the morning, every day",
        "reply": "It was true, the site must stop work at night",
        "solved": "Solved",
        "satisfied": "Satisfied",
        "thanks": "Thank you",
        "closed": "closed",
    },
}


@pytest.fixture(params=["terminal", "webchat", "telegram"])
async def opened(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> AsyncIterator[tuple[App, Callable[[str, str], Awaitable[Person]]]]:
    """A running bot, and a way for people to come in through the channel."""
    async with AsyncExitStack() as stack:
        telegram = request.param == "telegram"
        api = await stack.enter_async_context(TelegramApi()) if telegram else None
        settings = Settings(
            database_url=database_url,
            folder=tmp_path,
            telegram_token=TOKEN if api else "",
            telegram_per_second=0,
            telegram_api_url=api.url if api else "",
        )
        app = build(settings, TestClock())
        await migrate(app.database)
        runner = web.AppRunner(app.web(), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        http = await stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        ids = iter(range(7001, 7100))

        async def come_in(name: str, language: str) -> Person:
            if request.param == "terminal":
                return AtTerminal(app, name)
            if api:
                return InTelegram(app, api, next(ids), "zh-hans" if language == "zh" else "en")
            return await InWebChat(http, f"http://127.0.0.1:{runner.addresses[0][1]}").opens()

        await app.start()
        stack.push_async_callback(app.stop)
        yield app, come_in


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_whole_life(opened: tuple[App, Callable[[str, str], Awaitable[Person]]], language: str) -> None:
    app, come_in = opened
    words = WORDS[language]
    citizen, handler = await come_in("citizen", language), await come_in("handler", "zh")
    await handler.says(f"/bind {await one_time_token(app, words['story'])}")

    # The citizen files in three turns.
    summary = await citizen.says(words["story"])
    assert "88" in summary
    await citizen.taps(words["here"])
    receipt = await citizen.taps(words["submit"])
    found = NUMBER.search(receipt)
    assert found, receipt
    number = found[0]

    # The handler hears of it, accepts, and asks.
    assert number in await handler.reads(number)
    await handler.says(f"/accept {number}")
    assert number in await citizen.reads(words["accepted"])
    await handler.says(f"/ask {number} ???")
    await citizen.reads("???")

    # The citizen answers with a tap and words; they land on the case.
    await citizen.taps(words["supplement"])
    await citizen.says(words["detail"])
    await handler.reads(words["detail"])

    # The reply is written, reviewed, and delivered.
    await handler.says(f"/progress {number} 今晚到现场")
    await handler.says(f"/reply {number} {words['reply']}")
    await handler.says(f"/approve {number}")
    await citizen.reads(words["reply"])

    # Solved? Satisfied? Two taps.
    await citizen.taps(words["solved"])
    assert words["thanks"] in await citizen.taps(words["satisfied"])
    assert words["closed"] in await citizen.says("/status")

    # The register has it all.
    await handler.says("/export xlsx")
    await handler.reads("jiesu-")
    row = first_row(await handler.file())
    assert row["编号 (service_request_id)"] == number
    assert row["状态代码 (status_notes)"] == "resolved"
    assert row["答复意见"] == words["reply"]
    assert row["是否解决"] == "解决了"
    assert row["满意度"] == "满意"


BARE = {
    "zh": [
        "我要投诉", "楼下的烧烤店油烟特别大，呛得人睡不着", "锦绣路锦绣花园3栋", "从上个月开始",
        "让他们装净化器", "匿名", "提交",
    ],
    "en": [
        "I want to complain", "They dig at night, nobody can sleep", "Jinxiu Road 3", "every evening",
        "Stop it at night", "Anonymous", "Submit",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_bare_wish_is_filed_in_at_most_seven_turns(
    opened: tuple[App, Callable[[str, str], Awaitable[Person]]], language: str
) -> None:
    _, come_in = opened
    citizen = await come_in("citizen", language)
    answers = [await citizen.says(words) for words in BARE[language]]
    assert len(answers) <= 7
    assert NUMBER.search(answers[-1]), answers


async def one_time_token(app: App, story: str) -> str:
    """A link for somebody who may do everything in the department in power."""
    matter = app.turns.understand(story, now=app.clock(), asked=None).matter
    department = app.city.category(matter.first_level, matter.second_level).department
    async with working(app.database) as unit:
        work = Work(unit, app.city, app.clock())
        roles = frozenset({Role.HANDLER, Role.LEAD, Role.REVIEWER, Role.SUPERVISOR, Role.EXPORTER})
        await make_account(work, "wang", "Wang", department, roles)
        return await make_link(work, "wang")


def first_row(content: bytes) -> dict[str, object]:
    """The first case of an exported workbook, by its heads."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    heads, row = list(sheet.iter_rows(values_only=True))[:2]
    return {str(head): value for head, value in zip(heads, row, strict=True)}
