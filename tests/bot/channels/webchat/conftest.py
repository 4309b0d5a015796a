"""The whole bot behind a test client, and people who talk to it over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, running
from bot.channels.webchat import Limits, WebChatChannel
from bot.settings import Settings

API_KEY = "a key for programs"
SECRET_KEY = "a secret key of the tests"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PATIENCE = 10
"""Seconds after which a test gives up."""
NOISE = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
BEARER = {"Authorization": f"Bearer {API_KEY}"}
Client = TestClient[web.Request, web.Application]


@dataclass
class Citizen:
    """A page's session."""

    client: Client
    sender: str
    said: int = field(default=0)

    async def post(self, message: str, **metadata: Any) -> ClientResponse:
        """Send one message as the page does."""
        self.said += 1
        body = {"sender": self.sender, "message": message, "metadata": {"message_id": f"m{self.said}", **metadata}}
        return await self.client.post("/webhooks/rest/webhook", json=body)

    async def say(self, message: str, **metadata: Any) -> list[dict[str, Any]]:
        """Send one message; the answers."""
        answer = await self.post(message, **metadata)
        assert answer.status == 200, await answer.text()
        found: list[dict[str, Any]] = await answer.json()
        return found

    async def get(self, path: str, **query: str) -> ClientResponse:
        """Ask for something as this sender."""
        return await self.client.get(path, params={"sender": self.sender, **query})

    async def history(self) -> list[dict[str, Any]]:
        """The conversation as a reload shows it."""
        found: list[dict[str, Any]] = (await (await self.get("/chat/messages")).json())["messages"]
        return found

    async def file_complaint(self) -> str:
        """A complaint in three turns; its number."""
        await self.say(NOISE)
        await self.say('/contact{"v":"chat"}', tapped=True)
        (receipt,) = await self.say("/submit", tapped=True)
        number: str = receipt["custom"]["case"]
        return number


class Stream:
    """Reads server-sent events."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def next(self) -> dict[str, Any]:
        """The next event; `EOFError` at the end of the stream."""
        async with asyncio.timeout(PATIENCE):
            while line := await self.response.content.readline():
                if line.startswith(b"data: "):
                    found: dict[str, Any] = json.loads(line[6:])
                    return found
        raise EOFError


@asynccontextmanager
async def listening(citizen: Citizen, headers: dict[str, str] | None = None, **query: str) -> AsyncIterator[Stream]:
    """The session's events."""
    params = {"sender": citizen.sender, **query}
    async with citizen.client.get("/chat/events", params=params, headers=headers or {}) as response:
        assert response.status == 200
        yield Stream(response)


@dataclass
class House:
    """The running bot and its client."""

    app: App
    client: Client

    async def citizen(self, language: str = "zh") -> Citizen:
        """A new session."""
        answer = await self.client.post("/chat/sessions", json={"language": language})
        return Citizen(self.client, (await answer.json())["sender"])

    async def handler(self) -> Citizen:
        """A session that is signed in as the first account."""
        staff = await self.citizen()
        answer = await self.client.post(await self.sign_in_path(), json={"sender": staff.sender})
        assert answer.status == 200, await answer.text()
        return staff

    async def sign_in_path(self) -> str:
        """A fresh one-time link."""
        return f"/staff/sign-in/{(await self.app.first_link()).rpartition('/')[2]}"

    def limited(self, limits: Limits) -> web.Application:
        """Another web application on the same bot, with other limits."""
        app = self.app
        channel = WebChatChannel(
            app.database, app.engine, app.keep, app.city, app.settings, SECRET_KEY, app.clock, limits, look_every=0.01
        )
        web_app = web.Application()
        channel.routes(web_app)

        async def open_channel(_: web.Application) -> None:
            await channel.start(app.turns)

        web_app.on_startup.append(open_channel)
        return web_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path}/jiesu.db",
        folder=tmp_path,
        secret_key=SECRET_KEY,
        api_key=API_KEY,
        _env_file=None,
    )


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with running(settings, lambda: NOW) as app, TestClient(TestServer(app.web())) as client:
        yield House(app, client)


@pytest.fixture
async def citizen(house: House) -> Citizen:
    return await house.citizen()
