"""Two serving processes on one PostgreSQL are killed at random while many people file through Telegram's webhook.

`JIESU_CHAOS_COMPLAINTS` and `JIESU_CHAOS_KILLS` say how many and how often; `make chaos` runs 10,000 and 200.
"""

import asyncio
import os
import random
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.telegram.webhook import PATH, SECRET_HEADER, webhook_secret
from storage.cases import CaseFilter
from storage.migrate import migrate
from storage.session import Database
from storage.unit import looking
from tests.chaos.test_kill import NUMBER, PATIENCE, STORY, Server
from tests.conftest import new_postgres_database
from tests.emulators.telegram_api import TOKEN, Chat, TelegramApi
from tests.support.keys import SEALER

KILLS = min(int(os.environ.get("JIESU_CHAOS_KILLS", "3")), 200)  # noqa: TID251  (tests have no settings)
COMPLAINTS = int(os.environ.get("JIESU_CHAOS_COMPLAINTS", "12"))  # noqa: TID251
LINES, SERVERS = 16, 2
KEY = "the key of the test"
WORDS = (STORY, "只在这里回复", "提交")
SENT = 1_795_000_000
TAKEN = "200"
UNDISTURBED = 0.85
"""How often a kill waits until all are up: else a machine on which a start takes long would only ever start."""


class Telegram:
    """Delivers updates as Telegram does: to whatever process the proxy has, again until one takes them."""

    def __init__(self, http: ClientSession, servers: list[Server]) -> None:
        self.http, self.servers, self.chance = http, servers, random.Random(3)
        self.updates, self.again = count(1), 0
        self.headers = {SECRET_HEADER: webhook_secret(KEY, TOKEN)}

    async def deliver(self, who: int, text: str) -> None:
        """One message of somebody's."""
        number = next(self.updates)
        person = {"id": who, "is_bot": False, "first_name": "群众", "language_code": "zh"}
        chat = {"id": who, "type": "private", "first_name": "群众"}
        message = {"message_id": number, "date": SENT, "chat": chat, "from": person, "text": text}
        refusals: Counter[str] = Counter()
        try:
            async with asyncio.timeout(PATIENCE * 2):
                while (refusal := await self._posted({"update_id": number, "message": message})) != TAKEN:
                    refusals[refusal] += 1
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"update {number} of {who} is taken by nobody: {dict(refusals)}")
        self.again += refusals.total()

    async def _posted(self, update: dict[str, object]) -> str:
        url = self.chance.choice(self.servers).base + PATH
        try:
            async with self.http.post(url, json=update, headers=self.headers) as answer:
                return str(answer.status)
        except (ClientError, OSError, TimeoutError) as error:
            return type(error).__name__


async def kill_at_random(servers: list[Server], http: ClientSession) -> None:
    """One process or another; mostly when all are ready for work, else at any moment of a start."""
    chance = random.Random(5)
    for _ in range(KILLS):
        if chance.random() < UNDISTURBED:
            for server in servers:
                await server.answers(http, "/readyz")
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        victim = chance.choice(servers)
        await victim.kill()
        await victim.start()


async def everything_sent(database: Database) -> None:
    """Until no push waits any more."""
    async with asyncio.timeout(PATIENCE + COMPLAINTS):
        while True:
            async with looking(database) as unit:
                if not await unit.outbox.waiting():
                    return
            await asyncio.sleep(0.2)


async def test_many_file_while_the_processes_are_killed(tmp_path: Path, postgres: str) -> None:
    url = await new_postgres_database(postgres)
    database = Database(url, SEALER)
    await migrate(database)
    async with TelegramApi() as api, ClientSession(timeout=ClientTimeout(total=10)) as http:
        settings = {
            "JIESU_DATABASE_URL": url, "JIESU_SECRET_KEY": KEY, "JIESU_TELEGRAM_TOKEN": TOKEN,
            "JIESU_TELEGRAM_MODE": "webhook", "JIESU_TELEGRAM_API_URL": api.url, "JIESU_LOG_LEVEL": "error",
            "JIESU_PUBLIC_URL": "http://127.0.0.1:9",
        }  # fmt: skip
        servers = [Server(tmp_path, **settings) for _ in range(SERVERS)]
        for server in servers:
            await server.start()
            await server.answers(http)
        api.chats.update({who: Chat(who, "private") for who in range(1, COMPLAINTS + 1)})
        telegram, people = Telegram(http, servers), iter(range(1, COMPLAINTS + 1))

        async def line() -> None:
            for who in people:
                for words in WORDS:
                    await telegram.deliver(who, words.format(n=who))

        async with asyncio.TaskGroup() as group:
            group.create_task(kill_at_random(servers, http))
            for _ in range(LINES):
                group.create_task(line())
        await everything_sent(database)
        for server in servers:
            await server.kill()
        chats = {who: [seen.text for seen in chat.messages.values()] for who, chat in api.chats.items()}
    told = {who: {NUMBER.search(text)[0] for text in texts if "已登记" in text} for who, texts in chats.items()}  # type: ignore[index]
    async with looking(database) as unit:
        assert not await unit.outbox.count_dead()
        kept = Counter([case.number async for case in unit.cases.stream(CaseFilter())])
    await database.aclose()
    assert len(kept) == kept.total() == COMPLAINTS, "a complaint is missing or was filed twice"
    assert all(len(numbers) == 1 for numbers in told.values()) and len(told) == COMPLAINTS, "a push is missing"
    assert {number for numbers in told.values() for number in numbers} == set(kept)
    assert all(len(set(texts)) >= len(WORDS) for texts in chats.values()), "a push is missing"
    sent = sum(map(len, chats.values()))
    repeats = sum(len(texts) - len(set(texts)) for texts in chats.values())
    print(
        f"{KILLS} kills, {COMPLAINTS} complaints, all kept once; {sent} pushes, {repeats} repeats "
        f"({repeats / sent:.2%}), {telegram.again} updates delivered again"
    )
