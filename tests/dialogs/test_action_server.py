"""``python -m rasa_sdk --actions dialogs`` serves the same actions to an organisation's Rasa server."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientError, ClientSession

from dialogs.engine import FOLDER
from storage.migrate import migrate
from storage.session import Database
from storage.unit import looking
from tests.support.keys import KEYS, SEALER

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[str]:
    """A running action server with a database of its own."""
    database = Database(f"sqlite:///{tmp_path}/j.db", SEALER)
    await migrate(database)
    await database.aclose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rasa_sdk", "--actions", "dialogs", "--port", str(port),
        cwd=ROOT,
        env={
            **os.environ,  # noqa: TID251  (tests have no settings)
            "SANIC_HOST": "127.0.0.1",
            "JIESU_DATABASE_URL": f"sqlite:///{tmp_path}/j.db",
            "JIESU_FOLDER": str(tmp_path),
            "JIESU_KEYS": KEYS,
        },
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    async with asyncio.timeout(PATIENCE), ClientSession() as http:
        while True:
            try:
                async with http.get(f"{base}/health") as answer:
                    if answer.status == 200:
                        break
            except (ClientError, OSError):
                await asyncio.sleep(0.1)
    yield base
    process.terminate()
    await process.wait()


def call(action: str, slots: dict[str, Any], text: str = "/submit") -> dict[str, Any]:
    """What a Rasa server posts."""
    domain = yaml.safe_load((FOLDER / "domain.yml").read_text(encoding="utf-8"))
    empty = dict.fromkeys(domain["slots"])
    message = {"intent": {"name": text.lstrip("/"), "confidence": 1.0}, "entities": [], "text": text, "metadata": {}}
    return {
        "next_action": action,
        "sender_id": "rasa-user",
        "tracker": {
            "sender_id": "rasa-user",
            "slots": {**empty, "requested_slot": None, "language": "zh", **slots},
            "latest_message": message,
            "events": [{"event": "action", "name": "action_listen"}],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
        "domain": domain,
    }


async def test_the_same_actions_answer_a_rasa_server(server: str, tmp_path: Path) -> None:
    draft = {
        "narrative": {"parts": [{"id": None, "text": "幸福路88号工地夜里打桩"}]},
        "matter": {"first": "环境保护", "second": "环境污染", "confidence": 0.9, "by": "model", "unsure": False},
        "place": {"text": "幸福路88号"},
        "contact_way": "chat",
    }
    async with ClientSession() as http:
        async with http.post(f"{server}/webhook", json=call("action_help", {})) as answer:
            helped = await answer.json()
        assert "反映问题" in helped["responses"][0]["text"]
        async with http.post(f"{server}/webhook", json=call("action_submit", draft)) as answer:
            submitted = await answer.json()
            assert answer.status == 200, submitted
    assert "已登记" in submitted["responses"][0]["text"]
    number = submitted["responses"][0]["custom"]["case"]
    database = Database(f"sqlite:///{tmp_path}/j.db", SEALER)
    async with looking(database) as unit:
        case = await unit.cases.get(number)
    await database.aclose()
    assert case and case.reporter.address == "rasa:rasa-user"
    assert {"event": "slot", "name": "narrative", "value": None, "timestamp": None} in submitted["events"]
