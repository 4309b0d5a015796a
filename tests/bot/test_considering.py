"""A language model is asked about an unsure message, through the whole bot; against a stand-in on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import App, build
from bot.settings import Settings
from intents.understanding import understand
from storage.migrate import migrate
from tests.support.clock import TestClock
from tests.support.people import AtTerminal

VAGUE = ("他们把那件东西弄走了", "说好的没有兑现", "上面的东西一直那样，来看过又走了", "这样弄我们受不了")
"""Nobody could say what these are about; the first of which the shipped model says so too is filed."""
SURE = "幸福路88号工地夜里打桩噪音太大，孩子没法睡，希望晚上停工"
WANTED = "农村农业 / 水利水电"
Answer = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


def naming(category: str) -> Answer:
    """Answers with the number under which the category was listed, as a model is told to."""

    async def answer(body: dict[str, Any]) -> web.StreamResponse:
        lines = body["messages"][0]["content"].splitlines()
        number = next(line.partition(". ")[0] for line in lines if line.endswith(category))
        return web.json_response({"choices": [{"message": {"content": number}}]})

    return answer


async def nonsense(body: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"choices": [{"message": {"content": "It is about water, I think"}}]})


async def silence(body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.json_response({})


async def failure(body: dict[str, Any]) -> web.StreamResponse:
    return web.Response(status=500)


@pytest.fixture(scope="module")
def unsure() -> str:
    said = [f"{words}，找了好多回都说再等等，没有一个说法，我叫张小明，请打13800001234" for words in VAGUE]
    meanings = [(words, understand(words)) for words in said]
    return next(words for words, meaning in meanings if meaning.matter.unsure and meaning.intent.name == "file")


@asynccontextmanager
async def office(folder: Path, clock: TestClock, answer: Answer | None) -> AsyncIterator[tuple[App, list[Any]]]:
    """The whole bot with a stand-in for the language model, and what that was asked; None: without one."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    asked: list[Any] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked.append(body)
        assert answer is not None
        return await answer(body)

    door = web.Application()
    door.router.add_post("/v1/chat/completions", handle)
    async with TestServer(door) as server:
        url = str(server.make_url("/v1")) if answer else ""
        settings = Settings(
            database_url=f"sqlite:///{folder}/j.db", folder=folder, llm_url=url, llm_timeout=0.3, llm_model="any"
        )
        app = build(settings, clock)
        await migrate(app.database)
        try:
            yield app, asked
        finally:
            await app.stop()


async def heard(folder: Path, clock: TestClock, answer: Answer | None, said: str) -> tuple[list[str], list[Any]]:
    """The categories that the bot offers for these words, and what the model was asked."""
    async with office(folder, clock, answer) as (app, asked):
        citizen = AtTerminal(app, "li")
        for line in (said, "/skip", "/skip", "/skip", "只在这里回复"):
            await citizen.says(line)
            if offered := [title for title, payload in citizen.buttons.items() if payload.startswith("/category")]:
                return offered, asked
        return [], asked


async def test_the_proposal_is_offered_to_the_citizen_and_nothing_private_left(
    tmp_path: Path, clock: TestClock, unsure: str
) -> None:
    alone, none = await heard(tmp_path / "alone", clock, None, unsure)
    offered, asked = await heard(tmp_path / "asked", clock, naming(WANTED), unsure)
    assert none == []
    assert offered[0] == alone[0]
    assert offered[1] not in alone
    shown = asked[0]["messages"][1]["content"]
    assert "13800001234" not in shown
    assert "张小明" not in shown
    assert "说法" in shown


@pytest.mark.parametrize("answer", [nonsense, silence, failure])
async def test_nonsense_silence_and_failure_change_nothing(
    tmp_path: Path, clock: TestClock, answer: Answer, unsure: str
) -> None:
    alone, _ = await heard(tmp_path / "alone", clock, None, unsure)
    offered, asked = await heard(tmp_path / "asked", clock, answer, unsure)
    assert asked
    assert offered == alone


async def test_a_clear_message_is_shown_to_nobody(tmp_path: Path, clock: TestClock) -> None:
    _, asked = await heard(tmp_path, clock, naming(WANTED), SURE)
    assert asked == []
