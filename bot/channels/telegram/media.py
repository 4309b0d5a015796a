"""The files in a Telegram message: which one is kept, and how it is called."""

from dataclasses import dataclass

from aiogram.enums import ContentType
from aiogram.types import Message, PhotoSize

from dialogs.messages import AttachmentKind

UNSUPPORTED = frozenset(
    {
        ContentType.STICKER,
        ContentType.DICE,
        ContentType.POLL,
        ContentType.GAME,
        ContentType.STORY,
        ContentType.PAID_MEDIA,
        ContentType.CHECKLIST,
        ContentType.UNKNOWN,
    }
)
"""What a person may send and we cannot use; it is passed on, so that they get an answer."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies at Telegram's."""

    id: str
    kind: AttachmentKind
    name: str


def file_of(message: Message) -> RemoteFile | None:
    """The file that a message carries; of a photo the largest size, of a moving picture the picture."""
    if photo := _largest(message):
        return RemoteFile(photo.file_id, AttachmentKind.PHOTO, f"photo-{message.message_id}.jpg")
    if moving := message.video or message.animation:  # an animation is a document too: ask for it first
        return _named(moving.file_id, AttachmentKind.VIDEO, moving.file_name, f"video-{message.message_id}.mp4")
    if message.video_note:
        return RemoteFile(message.video_note.file_id, AttachmentKind.VIDEO, f"video-{message.message_id}.mp4")
    if message.voice:
        return RemoteFile(message.voice.file_id, AttachmentKind.VOICE, f"voice-{message.message_id}.ogg")
    if audio := message.audio:
        return _named(audio.file_id, AttachmentKind.VOICE, audio.file_name, f"voice-{message.message_id}.mp3")
    if document := message.document:
        name = f"document-{message.message_id}"
        return _named(document.file_id, AttachmentKind.DOCUMENT, document.file_name, name)
    return None


def _largest(message: Message) -> PhotoSize | None:
    sizes = message.photo or (message.live_photo.photo if message.live_photo else None) or []
    return max(sizes, key=lambda size: size.width * size.height, default=None)


def _named(file_id: str, kind: AttachmentKind, name: str | None, otherwise: str) -> RemoteFile:
    return RemoteFile(file_id, kind, name or otherwise)
