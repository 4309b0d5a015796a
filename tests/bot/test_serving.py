"""A process that only delivers, seen from outside."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import build
from bot.settings import Settings
from storage.migrate import migrate
from tests.support.clock import TestClock


@pytest.fixture
async def worker(tmp_path: Path, clock: TestClock) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """What `jiesu worker --port` answers with."""
    app = build(Settings(database_url=f"sqlite:///{tmp_path}/j.db", folder=tmp_path), clock)
    await migrate(app.database)
    async with TestClient(TestServer(app.watched())) as client:
        yield client
    await app.stop()


async def test_a_worker_is_ready_and_shows_its_figures(worker: TestClient) -> None:  # type: ignore[type-arg]
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await worker.get(path)).status == 200, path
    assert "jiesu_outbox_waiting" in await (await worker.get("/metrics")).text()


async def test_a_worker_takes_nothing_in_and_shows_no_page(worker: TestClient) -> None:  # type: ignore[type-arg]
    assert (await worker.get("/")).status == 404
    assert (await worker.post("/chat/sessions")).status == 404
    assert (await worker.post("/webhooks/rest/webhook", json={"sender": "x", "message": "hi"})).status == 404
