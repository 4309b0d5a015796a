"""Durable turns a second beside a Rasa 3.6.21 server with the same complaint form and an SQL tracker store.

``python tests/bench/rasa_bench.py`` (`make bench-rasa`). Both serve Rasa's REST channel on this machine and are asked
by the same client, 16 users who wait for their answers, in turn and three times over; the ratio of medians counts.
Rasa is installed on first use (2.8 GB) into ``JIESU_RASA_FOLDER``, by default ``var/rasa``; its small project lies
beside this file. Jiesu seals, classifies, numbers and registers each complaint; Rasa keeps its tracker and answers.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from aiohttp import ClientError, ClientSession

from tests.bench.start_bench import free_port
from tests.bench.turns_bench import Load, Server, session

PROJECT = Path(__file__).with_name("rasa")
FOLDER = Path(os.environ.get("JIESU_RASA_FOLDER", "var/rasa")).resolve()  # noqa: TID251  (no settings here)
SECONDS = float(os.environ.get("JIESU_BENCH_SECONDS", "10"))  # noqa: TID251
USERS, ROUNDS = 16, 3
READY = "installed"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def surroundings(**more: str) -> dict[str, str]:
    """The variables of a Rasa process: none of our own packages on its path."""
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **QUIET, **more}  # noqa: TID251


def rasa() -> str:
    """The command, installed where it is not yet. Its pins are older than this Python, so pip must not ask them."""
    if not (FOLDER / READY).exists():
        venv.create(FOLDER, with_pip=True, clear=True)
        pins = str(PROJECT / "requirements.txt")
        pip = [str(FOLDER / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-requires-python"]
        subprocess.run([*pip, "-r", pins], check=True)
        (FOLDER / READY).touch()
    return str(FOLDER / "bin/rasa")


def trained(command: str, folder: Path) -> Path:
    """The model of the small project."""
    shutil.copytree(PROJECT, folder / "project")
    subprocess.run(
        [command, "train", "--out", str(folder / "models"), "--quiet"],
        cwd=folder / "project", env=surroundings(), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return next((folder / "models").glob("*.tar.gz"))


class Rasa:
    """A Rasa server with a tracker store of its own."""

    def __init__(self, command: str, model: Path, folder: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.command = [command, "run", "--model", str(model), "-i", "127.0.0.1", "--port", str(self.port),
                        "--endpoints", str(PROJECT / "endpoints.yml"),
                        "--credentials", str(PROJECT / "credentials.yml")]  # fmt: skip
        self.own = {"TRACKER_FILE": f"{folder}/tracker.db"}

    async def __aenter__(self) -> "Rasa":
        self.process = await asyncio.create_subprocess_exec(
            *self.command, env=surroundings(**self.own),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with ClientSession() as http:
            while self.process.returncode is None:
                try:
                    async with http.get(f"{self.base}/webhooks/rest/") as answer:
                        if answer.status == 200:
                            return self
                except (ClientError, OSError):
                    await asyncio.sleep(0.1)
        raise RuntimeError("Rasa stopped before it answered")

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()


async def closed(base: str) -> float:
    """Turns a second of 16 users, after two seconds of warming up; it must have registered what was said."""
    async with session() as http:
        await Load(http, base).closed(USERS, 2.0)
        began = time.perf_counter()
        figures = await Load(http, base).closed(USERS, SECONDS)
        seconds = time.perf_counter() - began
        await registers(http, base)
    print(f"    {figures.line(seconds)}", flush=True)
    return len(figures.took) / seconds


async def registers(http: ClientSession, base: str) -> None:
    """The last words of a complaint are that it is registered."""
    load = Load(http, base)
    for text in ("幸福路9号的路灯坏了一个星期，晚上看不见路，请尽快维修", '/contact{"v":"chat"}', "/submit"):
        said = await load.say("the last one", text)
    assert any("已登记" in each["text"] for each in json.loads(said)), said


async def main() -> None:
    """Both in turn, and their ratio."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as made:
        command = rasa()
        model = trained(command, Path(made))
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                print(f"round {number + 1}, Rasa", flush=True)
                async with Rasa(command, model, folder) as server:
                    theirs.append(await closed(server.base))
                print(f"round {number + 1}, Jiesu", flush=True)
                async with Server(f"sqlite:///{folder}/j.db", folder, shared=True) as jiesu:
                    ours.append(await closed(jiesu.base))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"Jiesu {mine:.0f}, Rasa {other:.0f} turns/s, {USERS} users: {mine / other:.1f} times")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
