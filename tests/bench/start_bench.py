"""How long until the first answer, and how much memory: the real ``jiesu serve`` on a fresh SQLite file.

``python tests/bench/start_bench.py [runs]`` prints a line a run. Memory is what is resident, in brackets the process's
own part of it (without what is mapped from files, which processes share), and the fair share of all (PSS).
"""

import asyncio
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

import psutil
from aiohttp import ClientError, ClientSession

BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""What is installed is compiled; a machine that is told to write no byte code would compile the house at each start."""
QUIET = 15.0
"""Seconds after which a server is idle: what it put off at its start is done."""
TURNS = ("昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工", '/contact{"v":"chat"}', "/submit")
CONVERSATIONS = 100
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def session(http: ClientSession, base: str) -> str:
    """A sender, as soon as the server answers."""
    while True:
        try:
            async with http.post(f"{base}/chat/sessions", json={}) as answer:
                return str((await answer.json())["sender"])
        except (ClientError, OSError):
            await asyncio.sleep(0.01)


async def say(http: ClientSession, base: str, sender: str, text: str) -> None:
    """One turn."""
    async with http.post(f"{base}/webhooks/rest/webhook", json={"sender": sender, "message": text}) as answer:
        assert await answer.json()


def memory(process: psutil.Process) -> str:
    """What is resident, own, and a fair share, in MB."""
    found = process.memory_full_info()
    return f"{found.rss / 1e6:.0f} MB ({(found.rss - found.shared) / 1e6:.0f} own, {found.pss / 1e6:.0f} fair share)"


async def once(folder: str) -> str:
    """One start, a rest, and a hundred conversations."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    own = {
        "JIESU_FOLDER": folder,
        "JIESU_DATABASE_URL": f"sqlite:///{folder}/j.db",
        "PYTHONPATH": str(ROOT),
        **BYTE_CODE,
    }
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--port", str(port),
        env={**os.environ, **own}, stdout=asyncio.subprocess.DEVNULL,  # noqa: TID251  (benchmarks have no settings)
    )  # fmt: skip
    seen = psutil.Process(process.pid)
    async with ClientSession() as http:
        await say(http, base, await session(http, base), "路灯坏了")
        first, used = time.perf_counter() - began, sum(seen.cpu_times()[:2])
        early = memory(seen)
        await asyncio.sleep(QUIET)
        idle = memory(seen)
        for _ in range(CONVERSATIONS):
            sender = await session(http, base)
            for text in TURNS:
                await say(http, base, sender, text)
        busy = memory(seen)
    process.kill()
    await process.wait()
    return f"first answer {first:.2f} s, {used:.2f} of CPU, {early}; idle {idle}; {CONVERSATIONS} conversations {busy}"


if __name__ == "__main__":
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory() as fresh:
            print(asyncio.run(once(fresh)))
