"""What every channel promises, and what it may rely on.

A channel turns its platform's updates into `InboundMessage`, hands them to the `Front`, and sends `OutboundMessage`.
It keeps no state of its own that a restart may not lose.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialogs.messages import Address, Attachment, AttachmentKind, InboundMessage, OutboundMessage


@dataclass
class ChannelError(Exception):
    """Why a message could not be delivered.

    `permanent`: trying again is useless. `blocked`: the person no longer wants to hear from us there.
    `retry_after`: seconds that the platform asks us to wait. `moved_to`: the address under which the chat goes on.
    `unknown`: it may have arrived all the same (a timeout after sending). `sentence`: for people, in English.
    """

    sentence: str
    permanent: bool = False
    blocked: bool = False
    retry_after: float | None = None
    moved_to: Address | None = None
    unknown: bool = False

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """What a platform takes from us. All processes that share `key` (one account there) keep the limits together.

    `per_second`: messages a second in all. `gap`: seconds between two messages into the chat with that address.
    """

    key: str
    per_second: float
    gap: Callable[[str], float]


class Turnstile(Protocol):
    """Lets through what goes beyond the one message that the delivery asked for; `bot.workers.pacing` is it."""

    async def turn(self, limits: SendingLimits, address: str) -> None:
        """Wait until one more message may go into that chat."""
        ...


class NotKept(Exception):
    """Nothing could be kept: the disk is full, or the database is away. The same update may come again."""


class Front(Protocol):
    """What stands behind every channel: one turn, durable when it returns."""

    async def receive(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """Take one message in; return the answers once everything is committed.

        A repeated `update_id` returns the answers of the first time and changes nothing.
        For a channel whose `replies_by_outbox` is True the answers are queued in the same transaction
        and delivered through `Channel.send`; the returned ones are only for information.
        It never raises for anything that a person may have sent; `NotKept` when the database takes nothing at all:
        the platform must not be told that the update arrived, so that it comes again.
        """
        ...


class Keep(Protocol):
    """Takes an attachment's bytes in, checks them, and gives the reference that a message carries."""

    async def put(self, name: str, kind: AttachmentKind, content: AsyncIterator[bytes]) -> Attachment:
        """Store and check; raise `AttachmentRejected` (with the text key of the reason) when it is not taken."""
        ...

    async def read(self, attachment: Attachment) -> bytes:
        """The whole content; raise `KeyError` when the store does not have it."""
        ...


@dataclass
class AttachmentRejected(Exception):
    """The file was not taken; `reason` is one of ``too_large``, ``kind``, ``empty``, ``broken``, ``too_many``."""

    reason: str


class Channel(Protocol):
    """One messenger. `send` delivers one message or raises `ChannelError`, nothing else."""

    name: str
    replies_by_outbox: bool
    shows_once: bool
    """A message that is sent twice with the same key appears once; where not, a repeat is marked as one."""

    @property
    def limits(self) -> SendingLimits | None:
        """What the platform takes from us; the delivery obeys it. None: as much as we like."""
        ...

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Deliver; returns the platform's message id.

        `key` is unique for the message and the same at every try, also when people order it sent again: a platform
        that takes a transaction id of ours (Matrix) is given it and shows the message once.
        """
        ...

    async def start(self, front: Front) -> None:
        """Begin to take messages in."""
        ...

    async def stop(self) -> None:
        """Finish what is under way and stop."""
        ...
