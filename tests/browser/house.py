"""The whole bot on a free port with a database of its own, and a headless Chromium in front of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.app import App, running
from bot.settings import Settings

CHROMIUM = Path("/usr/bin/chromium")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 860}
NOISE = {
    "zh": "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工",
    "en": "Since 11 last night the building site at 88 Xingfu Road has been piling. My child cannot sleep. "
    "Please stop the work at night.",
}


@dataclass(frozen=True)
class House:
    """The running bot and where it listens."""

    app: App
    url: str

    async def sign_in_link(self) -> str:
        """A one-time link of the first account, on this server's port."""
        return f"{self.url}/staff/sign-in/{(await self.app.first_link()).rpartition('/')[2]}"


@asynccontextmanager
async def open_house(folder: Path, clock: Callable[[], datetime] = lambda: NOW) -> AsyncIterator[House]:
    """The bot, for the length of the block."""
    settings = Settings(database_url=f"sqlite:///{folder}/jiesu.db", folder=folder, _env_file=None)
    async with running(settings, clock) as app, TestServer(app.web()) as server:
        yield House(app, str(server.make_url("")).rstrip("/"))


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def person(browser: Browser, language: str = "zh", **options: Any) -> AsyncIterator[BrowserContext]:
    """A browser of one person, whose clock stands where the house's does."""
    locale = {"zh": "zh-CN", "en": "en-GB"}[language]
    options = {"viewport": PHONE, "timezone_id": "Asia/Shanghai", **options}
    context = await browser.new_context(locale=locale, **options)
    try:
        await context.clock.set_fixed_time(NOW)
        yield context
    finally:
        await context.close()
