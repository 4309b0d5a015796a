"""Telegram updates a second through the webhook, each committed, beside a bare aiogram webhook with an empty handler.

``python tests/bench/webhook_bench.py`` (``JIESU_BENCH_SECONDS``: how long each). Both servers are asked in turn by the
same client with the same updates, whole complaints of new people; ours also answers them through a look-alike of the
Bot API, which runs in the client's process. The ratio of the medians counts.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from itertools import count
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.channels.telegram.webhook import PATH, SECRET_HEADER, webhook_secret
from tests.bench.start_bench import free_port
from tests.bench.turns_bench import KEY, ROOT, Figures, complaint, session
from tests.emulators.telegram_api import TOKEN, TelegramApi

SECONDS = float(os.environ.get("JIESU_BENCH_SECONDS", "10"))  # noqa: TID251  (no settings here)
USERS, ROUNDS = 16, 3
TAPS = {'/contact{"v":"chat"}': "只在这里回复", "/submit": "提交"}
"""What is tapped in the page is typed here."""
SENT = 1_795_000_000
"""When the messages were sent (Unix time)."""
SETTINGS = {
    "JIESU_LOG_LEVEL": "error",
    "JIESU_SECRET_KEY": KEY,
    "JIESU_TELEGRAM_TOKEN": TOKEN,
    "JIESU_TELEGRAM_MODE": "webhook",
    "JIESU_PUBLIC_URL": "http://127.0.0.1:9",
}


def bare() -> None:
    """An aiogram webhook whose handler does nothing."""
    from aiogram import Bot, Dispatcher
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def nothing(message: Message) -> None:
        """Nothing."""

    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, Bot(TOKEN), handle_in_background=False, secret_token=sys.argv[2])
    handler.register(app, path=PATH)
    app.router.add_get("/readyz", lambda _: web.Response())  # type: ignore[arg-type, return-value]
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)


class Server:
    """A server process that takes Telegram's webhook."""

    def __init__(self, *command: str, **surroundings: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.command = [each.format(port=self.port) for each in command]
        self.own = {"PYTHONPATH": str(ROOT), **surroundings}

    async def __aenter__(self) -> "Server":
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, *self.command, env={**os.environ, **self.own},  # noqa: TID251
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with ClientSession() as http:
            while self.process.returncode is None:
                try:
                    async with http.get(f"{self.base}/readyz") as answer:
                        if answer.status == 200:
                            return self
                except (ClientError, OSError):
                    await asyncio.sleep(0.05)
        raise RuntimeError("the server stopped before it answered")

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()


class Telegram:
    """People who file whole complaints, each update sent after the one before was taken."""

    def __init__(self, http: ClientSession, base: str, secret: str) -> None:
        self.http, self.url, self.headers = http, base + PATH, {SECRET_HEADER: secret}
        self.figures, self.people, self.updates = Figures(), count(1), count(1)

    async def closed(self, seconds: float) -> Figures:
        """16 people at once."""
        self.figures = Figures()
        until = time.perf_counter() + seconds
        await asyncio.gather(*(self._person(until) for _ in range(USERS)))
        return self.figures

    async def _person(self, until: float) -> None:
        while time.perf_counter() < until:
            who = next(self.people)
            for words in complaint(random.Random(who)):
                await self._update(who, TAPS.get(words, words))

    async def _update(self, who: int, text: str) -> None:
        began, number = time.perf_counter(), next(self.updates)
        async with self.http.post(self.url, json=_update(number, who, text), headers=self.headers) as answer:
            await answer.read()
            self.figures.failed += answer.status != 200
        self.figures.took.append(time.perf_counter() - began)


def _update(number: int, who: int, text: str) -> dict[str, Any]:
    person = {"id": who, "is_bot": False, "first_name": "群众", "language_code": "zh"}
    chat = {"id": who, "type": "private", "first_name": "群众"}
    message = {"message_id": number, "date": SENT, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def measured(name: str, server: Server, secret: str) -> float:
    """Updates a second of one server, after two seconds of warming up."""
    async with server, session() as http:
        people = Telegram(http, server.base, secret)
        await people.closed(2.0)
        began = time.perf_counter()
        figures = await people.closed(SECONDS)
        seconds = time.perf_counter() - began
    print(f"{name}: {figures.line(seconds).replace('turns', 'updates')}", flush=True)
    return len(figures.took) / seconds


async def main() -> None:
    """Both in turn, and their ratio."""
    secret = webhook_secret(KEY, TOKEN)
    empty, ours = [], []
    async with TelegramApi() as api:
        for _ in range(ROUNDS):
            code = "from tests.bench.webhook_bench import bare; bare()"
            empty.append(await measured("bare ", Server("-c", code, "{port}", secret), secret))
            with tempfile.TemporaryDirectory() as folder:
                settings = {"JIESU_FOLDER": folder, "JIESU_DATABASE_URL": f"sqlite:///{folder}/j.db", **SETTINGS}
                settings["JIESU_TELEGRAM_API_URL"] = api.url
                server = Server("-m", "bot", "serve", "--port", "{port}", **settings)
                ours.append(await measured("Jiesu", server, secret))
            said = [str(call.params.get("text", "")) for call in api.calls]
            assert any("已登记" in each for each in said), "nothing was registered"
            api.calls.clear()
    mine, other = statistics.median(ours), statistics.median(empty)
    print(f"Jiesu {mine:.0f}, bare {other:.0f} updates/s, {USERS} users: {mine / other:.2f} times")


if __name__ == "__main__":
    asyncio.run(main())
