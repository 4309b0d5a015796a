"""Which chat, and which topic of it, an address means: ``telegram:42``, in a forum ``telegram:-100123/7``.

The topic is part of the address, so that every answer and notice goes to the topic where the matter is at home,
and the channel has nothing to remember.
"""

from dataclasses import dataclass

from dialogs.messages import Address

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, and in a forum one of its topics."""

    chat_id: int
    topic_id: int | None = None

    @property
    def private(self) -> bool:
        """Whether it is a conversation with one person; Telegram gives groups negative ids."""
        return self.chat_id > 0

    @property
    def address(self) -> Address:
        """The address that `place_of` reads."""
        return Address(CHANNEL, f"{self.chat_id}/{self.topic_id}" if self.topic_id else str(self.chat_id))


def place_of(address: Address) -> Place:
    """Read an address; raise `ValueError` when it is not one of this channel."""
    if address.channel != CHANNEL:
        raise ValueError(f"not a Telegram address: {address}")
    chat, _, topic = address.id.partition("/")
    return Place(int(chat), int(topic) if topic else None)
