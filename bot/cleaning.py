"""What a stranger sends is cleaned at the door, before anything reads or keeps it."""

import re
import unicodedata
from dataclasses import replace

from dialogs.messages import InboundMessage

LONGEST_TEXT = 5_000
"""Letters; jieba's time grows with the square of runs of single characters."""
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\ufff9-\ufffb]")
CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x7F: None}
CONTROL |= dict.fromkeys(range(128, 160))


def clean(text: str) -> str:
    """Text without lone surrogates, control, zero-width and direction characters; at most `LONGEST_TEXT` letters."""
    text = text[: LONGEST_TEXT * 2].encode("utf-8", "ignore").decode("utf-8", "ignore")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROL)
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    return text.strip()[:LONGEST_TEXT]


def clean_name(name: str, longest: int = 120) -> str:
    """A name or file name on one line, without a path."""
    return " ".join(clean(name).replace("\\", "/").rpartition("/")[2].split())[:longest]


def cleaned(message: InboundMessage) -> InboundMessage:
    """The message with everything that people typed cleaned."""
    contact = message.contact and replace(
        message.contact, phone=clean_name(message.contact.phone, 40), name=clean_name(message.contact.name, 60)
    )
    location = message.location and replace(message.location, title=clean_name(message.location.title))
    attachments = tuple(replace(each, name=clean_name(each.name)) for each in message.attachments)
    return replace(
        message,
        text=clean(message.text),
        attachments=attachments,
        display_name=clean_name(message.display_name),
        start=clean_name(message.start, 64) if message.start is not None else None,
        contact=contact,
        location=location,
    )
