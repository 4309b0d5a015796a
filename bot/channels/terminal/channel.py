"""A conversation in a terminal: typed lines in, answers and pushes out, buttons by their number."""

import asyncio
import mimetypes
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.channels.contract import AttachmentRejected, Front, Keep
from dialogs.messages import Address, Ask, Attachment, AttachmentKind, Button, InboundMessage, OutboundMessage

CHUNK = 64 * 1024
FILE_COMMAND = "/file:"


class Screen(Protocol):
    """Where words appear and lines are typed."""

    def show(self, text: str) -> None:
        """Put lines on the screen."""
        ...

    async def ask(self) -> str | None:
        """The next line; None when the person is gone."""
        ...


class TerminalChannel:
    """One person's terminal. Answers are shown at once; pushes arrive through `send`."""

    name = "terminal"
    replies_by_outbox = False
    limits = None
    shows_once = False

    def __init__(self, screen: Screen, address: Address, keep: Keep, clock: Callable[[], datetime]) -> None:
        self.screen = screen
        self.address = address
        self.keep = keep
        self.clock = clock
        self.choices: list[Button] = []
        self._session = secrets.token_hex(4)
        self._count = 0

    async def start(self, front: Front) -> None:
        """Take lines in until the person is gone."""
        while (line := await self.screen.ask()) is not None:
            await self.hear(front, line)

    async def stop(self) -> None:
        """Nothing is open."""

    async def hear(self, front: Front, line: str) -> Sequence[OutboundMessage]:
        """One line: words, the number of a button, or ``/file:PATH``."""
        message = await self._inbound(line)
        if message is None:
            return ()
        answers = await front.receive(message)
        for answer in answers:
            self._show(answer)
        return answers

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """A push, or a file that was asked for."""
        self._show(message)
        return None

    async def _inbound(self, line: str) -> InboundMessage | None:
        self._count += 1
        number = f"{self._session}-{self._count}"
        text, tapped = self._chosen(line)
        attachments: tuple[Attachment, ...] = ()
        rejected = None
        if line.startswith(FILE_COMMAND):
            text = ""
            try:
                attachments = (await self._file(Path(line.removeprefix(FILE_COMMAND).strip())),)
            except AttachmentRejected as refused:
                rejected = f"attachment.rejected.{refused.reason}"
        return InboundMessage(
            self.address, number, self.clock(), text, tapped, number, attachments=attachments, rejected=rejected
        )

    def _chosen(self, line: str) -> tuple[str, bool]:
        """The payload of the button with that number; otherwise the line itself."""
        if line.strip().isdecimal() and 1 <= int(line) <= len(self.choices):
            return self.choices[int(line) - 1].payload, True
        return line, False

    async def _file(self, path: Path) -> Attachment:
        if not await asyncio.to_thread(path.is_file):
            raise AttachmentRejected("broken")
        kind = AttachmentKind.PHOTO if "image" in (mimetypes.guess_type(path)[0] or "") else AttachmentKind.DOCUMENT
        return await self.keep.put(path.name, kind, _parts(path))

    def _show(self, message: OutboundMessage) -> None:
        buttons = [button for row in message.buttons for button in row if button.ask is None or button.ask is Ask.FILE]
        self.choices = [button for button in buttons if button.payload]
        lines = [message.text]
        lines += [f"  [{number}] {button.title}" for number, button in enumerate(self.choices, 1)]
        lines += [f"  <{file.name}>" for file in message.attachments]
        self.screen.show("\n".join(lines))


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part
