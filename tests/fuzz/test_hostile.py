"""Hostile updates, requests and files through the real doors: no 500, no traceback in a reply, nothing of others in it.

`JIESU_FUZZ_INPUTS` says how many in all; `make fuzz` sends 200,000. A failure names its seed: put it into `FOUND`.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from structlog.testing import capture_logs

from bot.app import App, build
from bot.channels.contract import AttachmentRejected
from bot.channels.telegram import Pace
from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.webhook import SECRET_HEADER, Webhook, webhook_secret
from bot.channels.webchat.files import SHOWN, file_headers
from bot.cleaning import INVISIBLE, clean_name, cleaned
from bot.examining import checked_type, stripped
from bot.settings import Settings
from bot.wire import dump_all
from dialogs.messages import Address, InboundMessage, OutboundMessage
from storage.attachments import StoredAttachment
from storage.migrate import migrate
from tests.fuzz import hostile
from tests.support.office import filed

INPUTS = int(os.environ.get("JIESU_FUZZ_INPUTS", "1500"))  # noqa: TID251  (tests have no settings)
UPDATES, REQUESTS = int(INPUTS * 0.45), int(INPUTS * 0.2)
FILES = INPUTS - UPDATES - REQUESTS
SECRET = "绝密信号九五二七"
KEY, TOKEN = "a secret key of the tests", "42:TEST"
FOUND: Sequence[int] = (1733, 2125, 5220, 29108)
"""Seeds of inputs that broke something once."""


def seeds(count: int) -> Sequence[int]:
    """What broke something once, and then as many others."""
    return (*FOUND, *range(count))


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    """The whole bot with both doors open; Telegram itself is far away."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/jiesu.db", folder=tmp_path, secret_key=KEY, api_key="a key for programs",
        telegram_token=TOKEN, telegram_mode="webhook", public_url="http://bot.example",
        telegram_api_url="http://127.0.0.1:9", proxies=1, _env_file=None,
    )  # fmt: skip
    app = build(settings, lambda: datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    await migrate(app.database)
    await app.webchat.start(app.turns)
    yield app
    await app.stop()


class Front:
    """Takes a message as the turns do, and looks at what they would keep."""

    def __init__(self) -> None:
        self.taken = 0

    async def receive(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """Clean it and write it down."""
        self.taken += 1
        kept = cleaned(message)
        words = (kept.text, kept.display_name, kept.start or "", kept.location.title if kept.location else "")
        assert not any(INVISIBLE.search(each) for each in words)
        assert not any(ord(letter) < 32 and letter not in "\n\t" for each in words for letter in each)
        dump_all([OutboundMessage(kept.address, kept.text)]).encode()
        return ()


class Nowhere:
    """A bot that reaches nobody, and files that are not there."""

    async def me(self) -> Any:
        """The bot's own account."""
        return type("Me", (), {"username": "jiesu_bot"})

    async def answer_callback_query(self, *_: object, **__: object) -> None:
        """Nobody waits for it."""

    async def send_chat_action(self, *_: object, **__: object) -> None:
        """Nobody sees it."""

    async def fetch(self, file: object) -> Any:
        """Every file is refused."""
        raise AttachmentRejected("too_large")


def mocked(body: bytes, secret: str) -> web.Request:
    """A call of Telegram's, without a connection."""
    request = make_mocked_request("POST", "/telegram/webhook", headers={SECRET_HEADER: secret})
    request._payload = _Payload(body)  # type: ignore[assignment]
    return request


class _Payload:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def iter_any(self) -> AsyncIterator[bytes]:
        """All of it at once."""
        yield self._body


async def test_no_update_breaks_the_webhook(app: App) -> None:
    buried: list[str] = []

    async def bury(channel: str, update_id: str, payload: str, error: str) -> None:
        buried.append(error)

    secret, front = webhook_secret(KEY, TOKEN), Front()
    nowhere: Any = Nowhere()
    door = Webhook(secret)
    door.intake = Intake(
        bot=nowhere,
        front=front,
        files=nowhere,
        signer=CallbackSigner(KEY),
        pace=Pace(),
        clock=app.clock,
        default_language="zh",
        dead_letter=bury,
    )
    statuses: Counter[int] = Counter()
    with capture_logs():
        for seed in seeds(UPDATES):
            answer = await door.handle(mocked(hostile.update(random.Random(seed)), secret))
            statuses[answer.status] += 1
            assert answer.status in (200, 413), f"seed {seed}"
    print(f"updates {sum(statuses.values())}: taken {front.taken}, put aside {len(buried)}")
    assert front.taken
    assert all(error == "the update cannot be read" for error in buried), set(buried)


def test_no_file_breaks_the_check_or_acts_as_a_page() -> None:
    kinds: Counter[str] = Counter()
    for seed in seeds(FILES):
        name, content = hostile.file(random.Random(seed))
        try:
            kind = checked_type(content)
            if kind in SHOWN:
                stripped(content, kind)
        except AttachmentRejected as rejected:
            kinds[rejected.reason] += 1
            continue
        kinds[kind] += 1
        kept = clean_name(name)
        assert "/" not in kept and "\\" not in kept and not INVISIBLE.search(kept), f"seed {seed}"
        headers = file_headers(StoredAttachment("k", "o", "document", kept, kind, 1, "", datetime.now(UTC)))
        assert headers["Content-Disposition"].isascii() and "\n" not in headers["Content-Disposition"], f"seed {seed}"
        assert kind in SHOWN or headers["Content-Disposition"].startswith("attachment"), f"seed {seed}"
        assert "html" not in headers["Content-Type"] and "svg" not in headers["Content-Type"], f"seed {seed}"
    print(f"files {sum(kinds.values())}: {dict(kinds.most_common(6))}")


class Wire:
    """Speaks HTTP/1.1 byte by byte, so that nothing corrects what is wrong in a request."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status (0: hung up) and everything that was answered."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        reader, writer = self._streams
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            length = next(
                (int(each[15:]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length:")), 0
            )
            body = await reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            return 0, b""
        if status == 400 or b"connection: close" in head.lower():
            self.close()
        return status, head + body

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")  # a warning, outside of tests
async def test_no_request_breaks_the_server_or_shows_what_is_anothers(app: App) -> None:
    victim = Person(app)
    await filed(victim, f"{SECRET}，昨晚11点开始，幸福路88号工地一直在打桩，希望晚上停工")  # type: ignore[arg-type]
    senders = [app.webchat._senders.tokens.issue(Address("webchat", f"fuzz-{number}")) for number in range(3)]
    statuses: Counter[int] = Counter()
    async with TestServer(app.web()) as server:
        assert server.port
        wire = Wire(server.port)
        with capture_logs() as logs:
            for seed in seeds(REQUESTS):
                status, said = await wire.ask(hostile.request(random.Random(seed), senders).wire())
                statuses[status] += 1
                assert status < 500 or (status == 503 and b"telegram" not in said), (
                    f"seed {seed}: {said[:200]!r} {logs[-1:]}"
                )
                assert b"Traceback" not in said and b'File "' not in said, f"seed {seed}: {said[:500]!r}"
                assert SECRET.encode() not in said, f"seed {seed}: {said[:500]!r}"
        wire.close()
    print(f"requests {sum(statuses.values())}: {dict(sorted(statuses.items()))}")
    assert statuses[200]


class Person:
    """The victim, who files in the terminal."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.answers: Sequence[OutboundMessage] = ()
        self.count = 0

    async def says(self, text: str) -> None:
        """One message."""
        self.count += 1
        message = InboundMessage(Address("webchat", "victim"), f"v{self.count}", self.app.clock(), text, language="zh")
        self.answers = list(await self.app.turns.receive(message))
