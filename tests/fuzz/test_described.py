"""The server against its own description: schemathesis makes requests of `openapi.yml` and reads the answers by it.

`JIESU_FUZZ_EXAMPLES` says how many a route; `make fuzz` sends 500.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.app import build
from bot.channels.webchat.rendering import DESCRIPTION
from bot.settings import Settings
from storage.migrate import migrate
from tests.support.clock import START

EXAMPLES = int(os.environ.get("JIESU_FUZZ_EXAMPLES", "4"))  # noqa: TID251  (tests have no settings)
API_KEY = "a key for programs"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
described = schemathesis.openapi.from_path(str(DESCRIPTION))
# an open stream ends only when somebody hangs up; Telegram's door has a test of its own
asked = described.exclude(path=["/chat/events", "/telegram/webhook"])


async def _serve(folder: Path, ready: threading.Event, told: dict[str, object]) -> None:
    app = build(
        Settings(database_url=f"sqlite:///{folder}/jiesu.db", folder=folder, api_key=API_KEY, _env_file=None),
        lambda: START,
    )
    await migrate(app.database)
    await app.webchat.start(app.turns)
    runner = web.AppRunner(app.web(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stop = asyncio.Event()
    told |= {"url": site.name, "port": runner.addresses[0][1], "stop": stop, "loop": asyncio.get_running_loop()}
    told["sender"] = app.webchat._senders.tokens.issue()
    ready.set()
    await stop.wait()
    await runner.cleanup()
    await app.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """The whole bot in a thread of its own: schemathesis waits for answers."""
    ready, told = threading.Event(), dict[str, object]()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(tmp_path_factory.mktemp("server"), ready, told)))
    thread.start()
    assert ready.wait(60)
    yield told
    loop, stop = told["loop"], told["stop"]
    assert isinstance(loop, asyncio.AbstractEventLoop) and isinstance(stop, asyncio.Event)
    loop.call_soon_threadsafe(stop.set)
    thread.join(60)


@asked.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: "schemathesis.Case[Any]", server: dict[str, object]) -> None:
    case.headers["Authorization"] = f"Bearer {API_KEY}"
    answer = case.call_and_validate(base_url=f"http://127.0.0.1:{server['port']}", checks=CHECKS)
    assert "Traceback" not in answer.text
