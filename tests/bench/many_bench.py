"""Several processes on one PostgreSQL behind nginx: what N of them carry, and what a rolling restart costs.

``python tests/bench/many_bench.py --serves 1 2 4`` needs ``nginx`` on the PATH. It runs `docs/nginx.conf`, the proxy of
``docker compose --profile many``, with the addresses of local processes in it. People file whole complaints through
the proxy; then every process is stopped and started again, one after the other, while they go on. At the end every
acknowledged number must be there, and a push to every citizen, sent by a worker, must stand in their chat once.
"""

import argparse
import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from asyncio.subprocess import Process
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.logs import set_up
from bot.wire import dump
from dialogs.messages import Address, OutboundMessage
from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking, working
from tests.bench.outbox_bench import postgres
from tests.chaos.test_kill import NUMBER, STORY, free_port
from tests.conftest import new_postgres_database
from tests.support.clock import START
from tests.support.keys import KEYS, SEALER

ROOT = Path(__file__).parents[2]
WARM_UP = 8.0
"""Seconds in which every process meets its first complaints."""
PUSH = "a push for everybody"


@dataclass
class Fleet:
    """nginx, N times ``jiesu serve`` and M times ``jiesu worker``."""

    folder: Path
    url: str
    serves: int
    workers: int
    port: int = field(default_factory=free_port)
    ports: list[int] = field(default_factory=list)
    running: dict[str, Process] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where the proxy answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, http: ClientSession) -> None:
        """Everything, until it answers."""
        self.ports = [free_port() for _ in range(self.serves)]
        for port in self.ports:
            await self.serve(http, port)
        for number in range(self.workers):
            self.running[f"worker {number}"] = await self._jiesu("worker")
        conf = self.folder / "nginx.conf"
        conf.write_text(self._nginx())
        self.running["nginx"] = await asyncio.create_subprocess_exec("nginx", "-c", str(conf), "-p", str(self.folder))
        await answers(http, f"{self.base}/healthz")

    async def serve(self, http: ClientSession, port: int) -> None:
        """One process, until it is ready."""
        self.running[f"serve {port}"] = await self._jiesu("serve", "--port", str(port))
        await answers(http, f"http://127.0.0.1:{port}/readyz")

    async def roll(self, http: ClientSession) -> None:
        """Stop and start every process, one after the other."""
        for port in self.ports:
            await self._end(f"serve {port}")
            await self.serve(http, port)
        for name in [each for each in self.running if each.startswith("worker")]:
            await self._end(name)
            self.running[name] = await self._jiesu("worker")

    def cpu(self) -> float:
        """Seconds of CPU that the serving processes have used."""
        pids = [process.pid for name, process in self.running.items() if name.startswith("serve")]
        return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)

    async def stop(self) -> None:
        """Everything."""
        for name in list(self.running):
            await self._end(name)

    async def _end(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        await process.wait()

    async def _jiesu(self, *words: str) -> Process:
        settings = {
            "JIESU_DATABASE_URL": self.url, "JIESU_FOLDER": str(self.folder / "var"), "JIESU_KEYS": KEYS,
            "JIESU_PROXIES": "1", "JIESU_LOG_LEVEL": "warning",
        }  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *words, stdout=log, stderr=log, cwd=ROOT,
                env={**os.environ, **settings},  # noqa: TID251
            )  # fmt: skip

    def _nginx(self) -> str:
        """The proxy's own file with local processes in it."""
        servers = "".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;\n" for port in self.ports)
        ours = (ROOT / "docs/nginx.conf").read_text()
        ours = re.sub(r"(?m)^    server \w+:8080 .*\n", "", ours).replace("    zone jiesu 64k;\n", servers)
        ours = re.sub(r"(?m)^resolver .*\n", "", ours).replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        head = f"daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log; worker_processes 1;\n"
        paths = "".join(f"{each}_temp_path {self.folder}/{each};\n" for each in ("client_body", "proxy"))
        return f"{head}events {{}}\nhttp {{\naccess_log off;\n{paths}{ours}}}\n"


async def answers(http: ClientSession, url: str) -> None:
    """Wait until it does."""
    while True:
        try:
            async with http.get(url) as answer:
                if answer.ok:
                    return
        except (ClientError, OSError, TimeoutError):
            pass
        await asyncio.sleep(0.05)


@dataclass
class Crowd:
    """People who file complaints through the proxy, each message under an id of its own, until it is answered.

    `lines`: a client for each who files at a time, from a network of its own (one network files 200 an hour at most).
    """

    lines: list[ClientSession]
    base: str
    numbers: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    failed: int = 0
    turns: list[float] = field(default_factory=list)

    async def file_until(self, end: asyncio.Event, line: int) -> None:
        """One after the other."""
        count = 0
        while not end.is_set():
            count += 1
            http = self.lines[line % len(self.lines)]
            sender = (await self.post(http, "/chat/sessions", {}))["sender"]
            said = ""
            for number, words in enumerate((STORY.format(n=line * 10_000 + count), '/contact{"v":"chat"}', "/submit")):
                body = {"sender": sender, "message": words, "metadata": {"message_id": f"{line}-{count}-{number}"}}
                began = time.perf_counter()
                said = str(await self.post(http, "/webhooks/rest/webhook", body))
                self.turns.append(time.perf_counter() - began)
            found = NUMBER.search(said)
            assert found, said
            self.numbers.append(found[0])
            self.senders.append(sender)

    async def post(self, http: ClientSession, path: str, body: object) -> Any:
        """Until it is answered; failures are counted."""
        while True:
            try:
                async with http.post(f"{self.base}{path}", json=body) as answer:
                    if answer.ok:
                        return await answer.json()
            except (ClientError, OSError, TimeoutError):
                pass
            self.failed += 1
            await asyncio.sleep(0.05)

    async def heard(self, sender: str) -> int:
        """How often the push stands in a chat."""
        async with self.lines[0].get(f"{self.base}/chat/messages", params={"sender": sender}) as answer:
            return sum(each["text"] == PUSH for each in (await answer.json())["messages"])


def neighbour(number: int) -> ClientSession:
    """Somebody with an address of their own on the loopback network."""
    connector = TCPConnector(local_addr=(f"127.1.0.{number + 1}", 0))
    return ClientSession(connector=connector, timeout=ClientTimeout(total=30))


async def measure(server: str, serves: int, seconds: float, people: int) -> None:
    """One fleet; prints its figures."""
    url = await new_postgres_database(server)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=30)))
            lines = [await stack.enter_async_context(neighbour(number)) for number in range(people)]
            fleet = Fleet(Path(folder), url, serves, workers=1)
            await fleet.start(http)
            crowd = Crowd(lines, fleet.base)
            try:
                await file_for(crowd, people, asyncio.sleep(WARM_UP))
                crowd.turns.clear()
                cpu = fleet.cpu()
                steady = await file_for(crowd, people, asyncio.sleep(seconds))
                turns = sorted(crowd.turns)
                cpu = (fleet.cpu() - cpu) / len(turns)
                print(
                    f"{serves} serving: {steady:.1f} complaints/s, {3 * steady:.0f} turns/s, turn p50 "
                    f"{1000 * turns[len(turns) // 2]:.0f} ms, p99 {1000 * turns[len(turns) * 99 // 100]:.0f} ms, "
                    f"{1000 * cpu:.0f} ms of the serving processes' CPU a turn, requests failed {crowd.failed}"
                )
                before, failed = len(crowd.numbers), crowd.failed
                await file_for(crowd, people, fleet.roll(http))
                print(
                    f"    all restarted one after the other: {len(crowd.numbers) - before} filed meanwhile, "
                    f"requests failed at the proxy {crowd.failed - failed}"
                )
                print(f"    {await check(url, crowd)}")
            finally:
                await fleet.stop()


async def file_for(crowd: Crowd, people: int, work: object) -> float:
    """People file while something else goes on; complaints a second."""
    end, before, began = asyncio.Event(), len(crowd.numbers), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for line in range(people):
            group.create_task(crowd.file_until(end, before * people + line))
        await work  # type: ignore[misc]
        end.set()
    return (len(crowd.numbers) - before) / (time.perf_counter() - began)


async def check(url: str, crowd: Crowd) -> str:
    """Every acknowledged number is kept, and a push that only the worker and the database know of arrives once."""
    database = Database(url, SEALER)
    async with looking(database) as unit:
        cases = [case async for case in unit.cases.stream(CaseFilter())]
    async with working(database) as unit:
        for case in cases:
            address = Address.parse(case.reporter.address)
            await unit.outbox.put(str(address), dump(OutboundMessage(address, PUSH)), START)
    async with asyncio.timeout(120):
        while True:
            async with looking(database) as unit:
                if not await unit.outbox.waiting():
                    break
            await asyncio.sleep(0.1)
    await database.aclose()
    kept = [case.number for case in cases]
    heard = [await crowd.heard(sender) for sender in crowd.senders]
    return (
        f"acknowledged {len(crowd.numbers)}, missing {len(set(crowd.numbers) - set(kept))}, numbers twice "
        f"{len(kept) - len(set(kept))}; pushes {len(heard)}, not there {heard.count(0)}, twice "
        f"{sum(each > 1 for each in heard)}"
    )


async def run(server: str, wanted: argparse.Namespace) -> None:
    """Every size."""
    for serves in wanted.serves:
        await measure(server, serves, wanted.seconds, wanted.people)


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serves", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--people", type=int, default=16)
    set_up("error")
    with postgres() as server:
        asyncio.run(run(server, parser.parse_args()))


if __name__ == "__main__":
    main()
