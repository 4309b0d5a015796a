"""A photo on its way in Telegram: from the citizen's phone to the handler's, and as it was sent to who may see that."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.app import App, build
from bot.settings import Settings
from storage.migrate import migrate
from tests.bot.test_keep import DEVICE
from tests.bot.test_keep import photo as taken
from tests.chaos.test_kill import NUMBER
from tests.emulators.telegram_api import TOKEN, TelegramApi
from tests.life.test_whole_life import one_time_token
from tests.support.clock import TestClock
from tests.support.office import STORY
from tests.support.people import InTelegram


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[App, TelegramApi]]:
    """The bot in Telegram."""
    async with TelegramApi() as api:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path}/j.db", folder=tmp_path, telegram_token=TOKEN, telegram_per_second=0,
            telegram_api_url=api.url,
        )  # fmt: skip
        app = build(settings, TestClock())
        await migrate(app.database)
        await app.start()
        yield app, api
        await app.stop()


async def test_a_photo_reaches_the_handler_and_its_original_a_supervisor(house: tuple[App, TelegramApi]) -> None:
    app, api = house
    citizen, handler = InTelegram(app, api, 7001, "zh-hans"), InTelegram(app, api, 7002, "zh-hans")
    await handler.says(f"/bind {await one_time_token(app, STORY)}")
    await citizen.says(STORY)
    await citizen.user.sends_file("document", taken(), name="site.jpg")
    await citizen.taps("只在这里回复")
    found = NUMBER.search(await citizen.taps("提交"))
    assert found

    await handler.says(f"/case {found[0]}")
    await handler.user.taps("看材料（1）")
    await api.until(lambda: any(seen.photo or seen.document for seen in handler.user.sees))
    shown = next(seen.photo or seen.document for seen in handler.user.sees if seen.photo or seen.document)
    assert shown is not None
    assert Image.open(io.BytesIO(shown)).format == "JPEG"
    assert DEVICE not in shown

    await handler.says(f"/original {found[0]} 1 核对拍摄地点")
    original = await handler.file()
    assert DEVICE in original
