"""The real process is killed at random moments of conversations; nothing that was acknowledged is missing.

`JIESU_CHAOS_KILLS` says how often (50 by default; `make chaos` runs more).
"""

import asyncio
import os
import random
import re
import signal
import socket
import sys
from pathlib import Path
from typing import Any, BinaryIO

from aiohttp import ClientError, ClientSession, ClientTimeout

from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking
from tests.support.keys import KEYS, SEALER

KILLS = int(os.environ.get("JIESU_CHAOS_KILLS", "20"))  # noqa: TID251  (tests have no settings)
STORY = "昨晚11点开始，幸福路{n}号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
NUMBER = re.compile(r"XF\d{8}-\d{6}-\d")
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The real ``jiesu serve``, killed and started again."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port, self.more = folder, free_port(), more
        self.process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def settings(self) -> dict[str, str]:
        """Its own database and keys."""
        return {
            "JIESU_DATABASE_URL": f"sqlite:///{self.folder}/j.db",
            "JIESU_FOLDER": str(self.folder),
            "JIESU_KEYS": KEYS,
            "JIESU_PROXIES": "1",
            **self.more,
        }

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it."""
        self.starts += 1
        with (self.folder / "log").open("ab") as log:
            await self._start(log)

    async def _start(self, log: BinaryIO) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--port", str(self.port),
            env={**os.environ, **self.settings},  # noqa: TID251
            stdout=log, stderr=log,
        )  # fmt: skip

    async def answers(self, http: ClientSession, path: str = "/healthz") -> None:
        """Wait until it answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with http.get(f"{self.base}{path}") as answer:
                        if answer.status == 200:
                            return
                except (ClientError, OSError, TimeoutError):
                    pass
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Kill it, hard."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


class Citizen:
    """Somebody who says everything until it is answered, with the same message id each time."""

    def __init__(self, http: ClientSession, server: Server, name: int) -> None:
        self.http, self.server, self.name, self.count = http, server, name, 0
        self.sender = ""
        # Everybody from a network of their own: of one network only so many may file in an hour
        self.headers = {"X-Forwarded-For": f"10.{name >> 16 & 255}.{name >> 8 & 255}.{name & 255}"}

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Until it is answered."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with self.http.post(self.server.base + path, json=body, headers=self.headers) as answer:
                        if answer.ok:
                            return await answer.json()
                except (ClientError, OSError, TimeoutError):
                    pass
                await asyncio.sleep(0.02)

    async def says(self, text: str) -> str:
        """One message; the words of the answer."""
        if not self.sender:
            self.sender = (await self.post("/chat/sessions", {}))["sender"]
        self.count += 1
        metadata = {"message_id": f"{self.name}-{self.count}"}
        answers = await self.post(
            "/webhooks/rest/webhook", {"sender": self.sender, "message": text, "metadata": metadata}
        )
        return "\n".join(each.get("text", "") for each in answers)

    async def files(self) -> str:
        """A whole complaint; its number."""
        assert f"幸福路{self.name}号" in await self.says(STORY.format(n=self.name))
        assert "请最后看一眼" in await self.says('/contact{"v":"chat"}')
        receipt = await self.says("/submit")
        found = NUMBER.search(receipt)
        assert found, receipt
        return found[0]


async def test_killed_at_any_moment_nothing_acknowledged_is_missing(tmp_path: Path) -> None:
    server, chance = Server(tmp_path), random.Random(7)
    acknowledged: list[str] = []
    done = asyncio.Event()

    async def kill_again_and_again(http: ClientSession) -> None:
        while server.starts <= KILLS:
            if chance.random() < 0.85:
                await server.answers(http)
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            await server.kill()
            await server.start()
        done.set()

    async def talk(http: ClientSession, line: int) -> None:
        name = line * 1000
        while not done.is_set():
            name += 1
            acknowledged.append(await Citizen(http, server, name).files())

    await server.start()
    async with ClientSession(timeout=ClientTimeout(total=3)) as http, asyncio.TaskGroup() as group:
        group.create_task(kill_again_and_again(http))
        for line in (1, 2):
            group.create_task(talk(http, line))
    await server.kill()
    assert server.starts > KILLS
    assert len(acknowledged) == len(set(acknowledged)) > 0
    database = Database(f"sqlite:///{tmp_path}/j.db", SEALER)
    async with looking(database) as unit:
        kept = [case.number async for case in unit.cases.stream(CaseFilter())]
        stories = [case.narrative async for case in unit.cases.stream(CaseFilter())]
    await database.aclose()
    assert set(acknowledged) <= set(kept)
    assert len(stories) == len(set(stories)), "a complaint was filed twice"
    print(f"{server.starts - 1} kills, {len(acknowledged)} complaints acknowledged, {len(kept)} kept")
