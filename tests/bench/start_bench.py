"""How long until the first answer, and how much memory: the real ``jiesu serve`` on a fresh SQLite file.

``python tests/bench/start_bench.py [runs]`` prints a line a run.
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


async def once(folder: str) -> str:
    """One start, and a hundred conversations."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    own = {"JIESU_FOLDER": folder, "JIESU_DATABASE_URL": f"sqlite:///{folder}/j.db", "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--port", str(port),
        env={**os.environ, **own}, stdout=asyncio.subprocess.DEVNULL,  # noqa: TID251  (benchmarks have no settings)
    )  # fmt: skip
    async with ClientSession() as http:
        await say(http, base, await session(http, base), "路灯坏了")
        first = time.perf_counter() - began
        idle = psutil.Process(process.pid).memory_info().rss / 1e6
        for _ in range(CONVERSATIONS):
            sender = await session(http, base)
            for text in TURNS:
                await say(http, base, sender, text)
        busy = psutil.Process(process.pid).memory_info().rss / 1e6
    process.kill()
    await process.wait()
    return f"first answer {first:.2f} s, memory {idle:.0f} MB, after {CONVERSATIONS} conversations {busy:.0f} MB"


if __name__ == "__main__":
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory() as fresh:
            print(asyncio.run(once(fresh)))
