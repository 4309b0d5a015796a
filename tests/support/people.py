"""The same people in every channel: they say, tap what they see, and read what arrives."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import ClientSession

from bot.app import App
from bot.channels.contract import Front
from bot.channels.terminal.channel import TerminalChannel
from bot.workers.delivery import Delivery
from dialogs.messages import Address, OutboundMessage
from storage.unit import looking
from tests.emulators.telegram_api import TelegramApi, User
from tests.support.office import Screen

NUMBER = re.compile(r"XF\d{8}-\d{6}-\d")
PATIENCE = 20.0


class Person(Protocol):
    """Somebody in a channel."""

    async def says(self, text: str) -> str:
        """Say something; the words of the answer."""
        ...

    async def taps(self, title: str) -> str:
        """Tap the newest button with that title; the words of the answer."""
        ...

    async def reads(self, words: str) -> str:
        """Wait until something with these words has arrived; the whole of it."""
        ...

    async def file(self) -> bytes:
        """The file that arrived last."""
        ...


class AtTerminal:
    """A person at a terminal of the app."""

    def __init__(self, app: App, name: str) -> None:
        self.app = app
        self.screen = Screen()
        self.channel = TerminalChannel(self.screen, Address("terminal", name), app.keep, app.clock)
        self.answers: list[Any] = []
        self.buttons: dict[str, str] = {}
        self.delivery = Delivery(
            app.database, {"terminal": self}, app.city, app.clock, str(self.channel.address),
            exports=app.delivery.exports,
        )  # fmt: skip

    name = "terminal"
    replies_by_outbox = False
    limits = None
    shows_once = False

    async def start(self, front: Front) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """A push appears."""
        self._note(message)
        self.screen.show(message.text)
        return None

    def _note(self, message: Any) -> None:
        self.answers.append(message)
        self.buttons.update({b.title: b.payload for row in message.buttons for b in row if b.payload})

    async def says(self, text: str) -> str:
        answers = await self.channel.hear(self.app.turns, text)
        for answer in answers:
            self._note(answer)
        return "\n".join(answer.text for answer in answers)

    async def taps(self, title: str) -> str:
        return await self.says(self.buttons[title])

    async def reads(self, words: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [text for text in self.screen.shown if words in text]
                if found:
                    return found[-1]
                await self.delivery.once()
                await asyncio.sleep(0)

    async def file(self) -> bytes:
        files = [file for answer in self.answers for file in answer.attachments]
        return await self.app.files.read(files[-1].key)


class InTelegram:
    """A person in Telegram, through the Bot API look-alike."""

    def __init__(self, app: App, api: TelegramApi, id: int, language: str) -> None:
        self.app = app
        self.api = api
        self.user: User = api.user(id, language_code=language)

    async def _answered(self, count: int) -> str:
        await self.api.until(lambda: len(self._texts()) > count)
        await self.api.until(lambda: not self.api.unconfirmed)
        async with asyncio.timeout(PATIENCE):
            while await self._queued():  # noqa: ASYNC110  (the queue is a table)
                await asyncio.sleep(0.01)
        return "\n".join(self._texts()[count:])

    async def _queued(self) -> int:
        async with looking(self.app.database) as unit:
            return await unit.outbox.waiting()

    def _texts(self) -> list[str]:
        """Every wording that was ever shown, so that an edit in place counts as something new."""
        shown = [call for call in self.api.calls if call.method in ("sendMessage", "editMessageText", "sendDocument")]
        return [
            str(call.params.get("text") or call.params.get("caption"))
            for call in shown
            if int(call.params["chat_id"]) == self.user.id
        ]

    async def says(self, text: str) -> str:
        before = len(self._texts())
        await self.user.says(text)
        return await self._answered(before)

    async def taps(self, title: str) -> str:
        before = len(self._texts())
        await self.user.taps(title)
        return await self._answered(before)

    async def reads(self, words: str) -> str:
        await self.api.until(lambda: any(words in text for text in self._texts()))
        return next(text for text in reversed(self._texts()) if words in text)

    async def file(self) -> bytes:
        await self.api.until(lambda: any(seen.document for seen in self.user.sees))
        return next(seen.document for seen in reversed(self.user.sees) if seen.document)


class InWebChat:
    """A person in the web page, as its script speaks to the server."""

    def __init__(self, http: ClientSession, base: str) -> None:
        self.http, self.base = http, base
        self.sender = ""
        self.count = 0
        self.buttons: dict[str, str] = {}
        self.files: list[str] = []

    async def opens(self) -> "InWebChat":
        """Open the page."""
        async with self.http.post(f"{self.base}/chat/sessions") as answer:
            self.sender = (await answer.json())["sender"]
        return self

    async def says(self, text: str, tapped: bool = False) -> str:
        self.count += 1
        body = {
            "sender": self.sender,
            "message": text,
            "metadata": {"message_id": f"{self.sender[-8:]}-{self.count}", "tapped": tapped},
        }
        async with self.http.post(f"{self.base}/webhooks/rest/webhook", json=body) as answer:
            assert answer.status == 200, await answer.text()
            answers = await answer.json()
        self._note(answers)
        return "\n".join(each.get("text", "") for each in answers)

    def _note(self, messages: list[dict[str, Any]]) -> None:
        for each in messages:
            self.buttons.update({b["title"]: b["payload"] for b in each.get("buttons", ()) if b["payload"]})
            self.files += [file["url"] for file in each.get("custom", {}).get("attachments", ())]
            self.files += [file["url"] for file in each.get("attachments", ())]

    async def taps(self, title: str) -> str:
        return await self.says(self.buttons[title], tapped=True)

    async def reads(self, words: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                params = {"sender": self.sender}
                async with self.http.get(f"{self.base}/chat/messages", params=params) as answer:
                    messages = (await answer.json())["messages"]
                self._note([each for each in messages if not each.get("inbound")])
                found = [each["text"] for each in messages if words in each.get("text", "")]
                if found:
                    return str(found[-1])
                await asyncio.sleep(0.05)

    async def file(self) -> bytes:
        url = self.files[-1]
        async with self.http.get(f"{self.base}{url}", params={"sender": self.sender}) as answer:
            assert answer.status == 200, url
            return await answer.read()


Opens = Callable[[str], Any]
