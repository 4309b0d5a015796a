"""What goes in and out of every channel: the one contract between the doors and the dialogue.

Channels translate their platform's updates into `InboundMessage` and `OutboundMessage` into their platform's calls.
Nothing in here knows a platform, the database or the network.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a person is reached: a channel's name and the person's id there, written ``telegram:3527065``."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``channel:id``; raise `ValueError` when a part is missing."""
        channel, colon, identity = text.partition(":")
        if not (channel and colon and identity):
            raise ValueError(f"not an address: {text!r}")
        return cls(channel, identity)


class AttachmentKind(StrEnum):
    """What sort of thing was sent along; decides the word the citizen reads for it."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is already in the attachment store.

    `key` names it there; `size` is in bytes; `sha256` is the hex digest of the content.
    """

    key: str
    kind: AttachmentKind
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Location:
    """A pin on the map, WGS 84 degrees; `title` is the address where the channel gives one."""

    latitude: float
    longitude: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that the person shared; `own` is True only where the channel vouches that it is their own."""

    phone: str
    name: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message, tap or shared thing, as it reached us.

    `update_id` is unique within the channel and makes a repeat recognisable.
    `text` is what was typed, or the payload of the button that was tapped (then `tapped` is True).
    `message_id` is the channel's id of this message, or, for a tap, of the message that carries the button.
    `edited` marks a new wording of the message `message_id`. `album` is shared by the parts of one album.
    `start` is the parameter of a deep link. `private` is False in a group.
    `rejected` names an attachment that could not be taken: a text key under ``attachment.rejected.*``.
    `network`: the network address that it came from, where there is one; used to slow guessing, never kept.
    """

    address: Address
    update_id: str
    sent_at: datetime
    text: str = ""
    tapped: bool = False
    message_id: str | None = None
    edited: bool = False
    album: str | None = None
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    contact: Contact | None = None
    start: str | None = None
    language: str | None = None
    display_name: str = ""
    private: bool = True
    rejected: str | None = None
    network: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


class Ask(StrEnum):
    """What a button asks of the person's device instead of sending a payload."""

    CONTACT = "contact"
    LOCATION = "location"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Button:
    """One choice. `payload` is Rasa's ``/intent{"entity": "value"}`` or a staff command; `url` opens a page instead.

    A payload has at most 54 bytes in UTF-8, so that it fits a signed callback of every channel.
    """

    title: str
    payload: str = ""
    ask: Ask | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to one person. `buttons` are rows.

    `replaces` asks the channel to put it in the place of the message whose button was tapped (edit in place),
    where the channel can; a channel that cannot sends it as a new one.
    `custom` carries Rasa's ``custom`` payload (structured data for pages), never words that are not in `text` too.
    `posted`: its id in the web chat's history, where it is kept there.
    """

    address: Address
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    replaces: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    posted: int | None = None


def is_fleeting(message: OutboundMessage) -> bool:
    """Whether no copy of it may stay with us once it arrived: it tells the code of an anonymous case, or a password."""
    return bool(message.custom.get("fleeting"))
