"""The language model is asked over HTTP; what comes back is a proposal or nothing. Against a stand-in on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.llm import LanguageModel

CHOICES = [("环境保护", "环境污染"), ("城乡建设", "工程质量")]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StandIn:
    """An endpoint that answers as it is told and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Handler = self.says("1")
        self.asked: list[tuple[dict[str, Any], str]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((await request.json(), request.headers.get("Authorization", "")))
        return await self.answer(request)

    @staticmethod
    def says(content: object) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            return web.json_response({"choices": [{"message": {"content": content}}]})

        return answer


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
async def model(stand_in: StandIn) -> AsyncIterator[LanguageModel]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", stand_in.handle)
    async with TestServer(app) as server:
        model = LanguageModel(str(server.make_url("/v1/")), model="any", key="secret", timeout=0.3)
        yield model
        await model.aclose()


async def test_the_named_category_is_proposed(model: LanguageModel, stand_in: StandIn) -> None:
    stand_in.answer = stand_in.says(" 2. ")
    assert await model.propose("墙裂了，电话***********", CHOICES) == CHOICES[1]
    body, key = stand_in.asked[0]
    assert key == "Bearer secret"
    assert body["messages"][1]["content"] == "墙裂了，电话***********"
    assert "2. 城乡建设 / 工程质量" in body["messages"][0]["content"]


@pytest.mark.parametrize("said", ["0", "3", "-1", "环境保护", "1 or 2", "", None, {"a": 1}, "9" * 5000])
async def test_nonsense_is_no_proposal(model: LanguageModel, stand_in: StandIn, said: object) -> None:
    stand_in.answer = stand_in.says(said)
    assert await model.propose("停水了", CHOICES) is None


@pytest.mark.parametrize("status", [302, 401, 429, 500])
async def test_a_refusal_is_no_proposal(model: LanguageModel, stand_in: StandIn, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/v1/chat/completions"})

    stand_in.answer = answer
    assert await model.propose("停水了", CHOICES) is None


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"choices": []}', '{"choices": "x"}'])
async def test_an_answer_of_another_shape_is_no_proposal(model: LanguageModel, stand_in: StandIn, body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    stand_in.answer = answer
    assert await model.propose("停水了", CHOICES) is None


async def test_silence_is_no_proposal(model: LanguageModel, stand_in: StandIn) -> None:
    released = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    stand_in.answer = answer
    assert await model.propose("停水了", CHOICES) is None
    released.set()


async def test_nobody_there_is_no_proposal() -> None:
    model = LanguageModel("http://127.0.0.1:9", model="any", timeout=0.3)
    assert await model.propose("x", CHOICES) is None
    await model.aclose()
