"""A Telegram, a person, and a channel between them and a front that only writes down what it gets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from structlog.testing import capture_logs

from bot.channels.contract import AttachmentRejected
from bot.channels.telegram import Pace, TelegramChannel
from dialogs.messages import Attachment, AttachmentKind, InboundMessage, OutboundMessage
from tests.emulators.telegram_api import PATIENCE, TelegramApi, User

SECRET_KEY = "a secret key of the tests"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
QUICK = Pace(poll=5, request=5.0, look_again=0.02, typing_after=60.0, grace=5.0, backoff=lambda attempt: 0.0)


class RecordingFront:
    """Writes messages down; can be told to hold one, or to fail."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.asked: list[InboundMessage] = []
        self.held: Callable[[InboundMessage], bool] = lambda message: False
        self.fails: Callable[[InboundMessage], bool] = lambda message: False
        self.release = asyncio.Event()
        self._news = asyncio.Condition()

    async def receive(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        self.asked.append(message)
        await self._tell()
        if self.held(message):
            await self.release.wait()
        if self.fails(message):
            raise RuntimeError("the database is away")
        self.messages.append(message)
        await self._tell()
        return []

    async def got(self, count: int = 1) -> list[InboundMessage]:
        """Wait until so many messages were taken in."""
        await self._until(lambda: len(self.messages) >= count)
        return self.messages[:count]

    async def is_asked(self, count: int = 1) -> list[InboundMessage]:
        """Wait until so many messages were begun."""
        await self._until(lambda: len(self.asked) >= count)
        return self.asked[:count]

    async def _until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(happened)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class MemoryKeep:
    """Keeps files in memory; refuses with `reason` when there is one."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.reason: str | None = None

    async def put(self, name: str, kind: AttachmentKind, content: AsyncIterator[bytes]) -> Attachment:
        whole = b"".join([chunk async for chunk in content])
        if self.reason:
            raise AttachmentRejected(self.reason)
        return self.add(name, kind, whole)

    def add(self, name: str, kind: AttachmentKind, content: bytes) -> Attachment:
        """Keep a file, as the rest of the house does."""
        digest = sha256(content).hexdigest()
        self.contents[digest] = content
        return Attachment(digest, kind, name, "application/octet-stream", len(content), digest)

    async def read(self, attachment: Attachment) -> bytes:
        return self.contents[attachment.key]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Failures made to order need no page of traceback each."""
    with capture_logs():
        yield


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as api:
        yield api


@pytest.fixture
def front() -> RecordingFront:
    return RecordingFront()


@pytest.fixture
def keep() -> MemoryKeep:
    return MemoryKeep()


@pytest.fixture
def user(api: TelegramApi) -> User:
    return api.user(7)


@pytest.fixture
def pace() -> Pace:
    return QUICK


@pytest.fixture
async def channel(api: TelegramApi, keep: MemoryKeep, pace: Pace) -> AsyncIterator[TelegramChannel]:
    """Not started: good for sending."""
    channel = TelegramChannel(api.token, SECRET_KEY, keep=keep, api_url=api.url, pace=pace, clock=lambda: NOW)
    yield channel
    await channel.stop()


@pytest.fixture
async def polling(channel: TelegramChannel, front: RecordingFront) -> TelegramChannel:
    """Started: the front gets what people do."""
    await channel.start(front)
    return channel
