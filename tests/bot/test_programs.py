"""Keys for other programs: made once, shown once, each for what it is for, gone when they are taken back."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from rich.console import Console

from bot.app import build
from bot.channels.webchat import programs
from bot.programs import PREFIX, add, listing, revoke
from bot.settings import Settings, SettingsError
from tests.support.clock import TestClock

TRACKER = "/conversations/rest:somebody/tracker"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A fresh office."""
    return Settings(database_url=f"sqlite:///{tmp_path}/j.db", folder=tmp_path, secret_key=SecretStr("s" * 32))


class Shell:
    """What the IT person types, and what is printed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def add(self, name: str, *scopes: str, days: int = 30) -> str:
        """A new key."""
        printed = io.StringIO()
        await add(self.settings, Console(file=printed, width=200), name, scopes, days)
        return printed.getvalue().split()[-1]

    async def list(self) -> str:
        """The keys."""
        printed = io.StringIO()
        await listing(self.settings, Console(file=printed, width=200))
        return printed.getvalue()

    async def revoke(self, name: str) -> None:
        """A key is taken back."""
        await revoke(self.settings, Console(file=io.StringIO()), name)


@pytest.fixture
def shell(settings: Settings) -> Shell:
    """At the machine."""
    return Shell(settings)


@pytest.fixture
async def door(
    settings: Settings, shell: Shell, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """The running office, from outside our own network; it looks keys up every time."""
    monkeypatch.setattr(programs, "REMEMBERED", 0.0)
    await shell.list()
    app = build(settings.model_copy(update={"proxies": 1}), clock)
    async with TestClient(TestServer(app.web())) as client:
        client.session.headers["X-Forwarded-For"] = "93.184.216.34"
        await app.start()
        yield client
        await app.stop()


async def asks(door: TestClient, path: str, key: str) -> int:  # type: ignore[type-arg]
    """How a program is answered."""
    return (await door.get(path, headers={"Authorization": f"Bearer {key}"})).status


def everything(folder: Path) -> bytes:
    """Every byte that the office keeps."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_key_opens_what_it_is_for_until_it_is_taken_back(
    shell: Shell,
    door: TestClient,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    watcher, reader = await shell.add("prometheus", "metrics"), await shell.add("dashboard", "trackers")
    assert watcher.startswith(PREFIX) and watcher != reader
    assert [await asks(door, "/metrics", key) for key in (watcher, reader, "jk_wrong")] == [200, 401, 401]
    assert await asks(door, TRACKER, watcher) == 401
    assert await asks(door, TRACKER, reader) in (200, 404)
    listed = await shell.list()
    assert ["prometheus", "metrics"] in [line.split()[:2] for line in listed.splitlines()]
    assert watcher not in listed
    await shell.revoke("prometheus")
    assert await asks(door, "/metrics", watcher) == 401
    kept = everything(tmp_path)
    assert watcher.encode() not in kept and reader.encode() not in kept


async def test_a_key_ends_by_itself(shell: Shell, door: TestClient, clock: TestClock) -> None:  # type: ignore[type-arg]
    key = await shell.add("prometheus", "metrics", days=1)
    assert await asks(door, "/metrics", key) == 200
    clock.passes(days=3650)
    assert await asks(door, "/metrics", key) == 401


@pytest.mark.parametrize(("name", "scopes"), [("No Name", ("metrics",)), ("ok", ()), ("ok", ("everything",))])
async def test_a_wrong_name_or_scope_is_said(shell: Shell, name: str, scopes: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError):
        await shell.add(name, *scopes)
    assert not await shell.list()


async def test_a_name_is_taken_once_and_an_unknown_one_is_said(shell: Shell) -> None:
    await shell.add("prometheus", "metrics")
    with pytest.raises(SettingsError):
        await shell.add("prometheus", "trackers")
    with pytest.raises(SettingsError):
        await shell.revoke("nobody")
