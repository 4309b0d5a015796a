"""The conversation as the page shows it: both sides, kept as rows, so that a reload shows it again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson

from bot.channels.webchat.live import Live
from bot.cleaning import clean, clean_name
from bot.wire import dump, load
from dialogs.messages import Address, Button, InboundMessage, OutboundMessage, is_fleeting
from storage.conversations import ChatMessage, Post
from storage.session import Database
from storage.unit import Unit, looking, working

Tree = dict[str, Any]


PAGE = "page"
"""In a message's metadata: the page shows it again; the title of the button that was tapped."""


class History:
    """Writes what was said and reads it back."""

    def __init__(self, database: Database, live: Live, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._live = live
        self._clock = clock

    async def record(
        self, unit: Unit, heard: InboundMessage, answers: Sequence[OutboundMessage], now: datetime
    ) -> Sequence[OutboundMessage]:
        """Keep a message of a page and its answers, in the turn's unit of work; the answers with their ids there.

        Nothing is kept of an anonymous filing: the page shows its answer this once.
        """
        if PAGE not in heard.metadata or any(is_fleeting(each) for each in answers):
            return answers
        said = dump_heard(heard, heard.metadata[PAGE])
        key = heard.update_id
        said_to_them = [Post(f"out:{key}:{n}", dump(each), inbound=False) for n, each in enumerate(answers)]
        posts = [Post(f"in:{key}", said, inbound=True), *said_to_them]
        ids = await unit.conversations.post(str(heard.address), posts, now)
        return [replace(answer, posted=posted) for answer, posted in zip(answers, ids[1:], strict=True)]

    def wake(self, address: Address) -> None:
        """Something new is there for who listens."""
        self._live.wake(str(address))

    async def push(self, message: OutboundMessage, key: str) -> int:
        """Keep a push, once for each key; returns its id."""
        address = str(message.address)
        async with working(self._database) as unit:
            (posted,) = await unit.conversations.post(address, [Post(key, dump(message), inbound=False)], self._clock())
        self._live.wake(address)
        return posted

    async def entries(self, address: str, after: int = 0, limit: int = 200) -> list[Tree]:
        """What was said after an id, the oldest first, as the page reads it."""
        async with looking(self._database) as unit:
            return [entry(each) for each in await unit.conversations.posted(address, after=after, limit=limit)]

    async def newest(self, address: str) -> int:
        """The id of the newest message, 0 when there is none."""
        async with looking(self._database) as unit:
            return (await unit.conversations.newest_posted([address])).get(address, 0)


def dump_heard(heard: InboundMessage, title: str) -> str:
    """What a person sent, as JSON text; of a tap the button's title is what they saw."""
    tree = {
        "message_id": heard.message_id,
        "text": clean_name(title, 200) if heard.tapped and title else clean(heard.text),
        "attachments": [asdict(each) for each in heard.attachments],
        "location": asdict(heard.location) if heard.location else None,
        "contact": asdict(heard.contact) if heard.contact else None,
    }
    return orjson.dumps(tree).decode()


def entry(message: ChatMessage) -> Tree:
    """A row as the page reads it."""
    common = {"id": message.id, "inbound": message.inbound, "at": message.at.isoformat()}
    if message.inbound:
        tree = orjson.loads(message.message)
        return {**common, **tree, "attachments": [file_tree(each) for each in tree["attachments"]], "buttons": []}
    return {**common, **said_tree(load(message.message))}


def only_open_buttons(entries: Sequence[Tree]) -> list[Tree]:
    """Only what we said since the person's last message keeps its buttons: answers, and pushes that came after."""
    last = max((number for number, each in enumerate(entries) if each["inbound"]), default=-1)
    return [each if number > last else {**each, "buttons": []} for number, each in enumerate(entries)]


def said_tree(message: OutboundMessage) -> Tree:
    """What we said: text, buttons with their rows, files, custom data."""
    tree: Tree = {"text": message.text, "buttons": buttons(message.buttons)}
    files = [file_tree(asdict(each)) for each in message.attachments]
    return {**tree, "attachments": files, **({"custom": message.custom} if message.custom else {})}


def buttons(rows: Iterable[Sequence[Button]]) -> list[Tree]:
    """Rasa's buttons, with the row and what the device is asked for."""
    return [
        {
            "title": each.title,
            "payload": each.payload,
            "row": number,
            **({"ask": each.ask.value} if each.ask else {}),
            **({"url": each.url} if each.url else {}),
        }
        for number, row in enumerate(rows)
        for each in row
    ]


def file_tree(file: Mapping[str, Any]) -> Tree:
    """A file as the page and other programs see it: where it is read, not how it is kept."""
    names = ("key", "kind", "name", "media_type", "size")
    return {**{name: file[name] for name in names}, "url": f"/chat/attachments/{file['key']}"}


def rest_answer(recipient: str, message: OutboundMessage) -> Tree:
    """An answer in the format of Rasa's REST channel; ``id`` and ``attachments`` are ours."""
    tree = said_tree(message)
    files = tree.pop("attachments")
    if files:
        tree |= {"attachment": {"type": "file", "payload": files[0]}, "attachments": files}
    if not tree["buttons"]:
        del tree["buttons"]
    return {"recipient_id": recipient, **tree, **({} if message.posted is None else {"id": message.posted})}


def carried(entries: Iterable[Tree], key: str) -> Tree | None:
    """The file as one of the messages carries it."""
    return next((file for each in entries for file in each["attachments"] if file["key"] == key), None)
