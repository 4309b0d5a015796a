"""Conversations, the inbox that makes a repeated update recognisable, and the web chat's messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared, insert_on
from storage.session import hold
from storage.tables import chat_messages, conversations, dead_letters, inbox


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """What is kept between two turns: the tracker's state as JSON text, and the language."""

    state: str
    language: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a web conversation; `id` grows, so that a page can ask for what came after it."""

    id: int
    inbound: bool
    message: str
    at: datetime


def midnight(now: datetime) -> datetime:
    """The beginning of the day: a time that tells nobody from anybody."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a turn begins with: the conversation, None when there was none; and the answers (JSON text) that were given
    to the update before, None when it is new."""

    conversation: StoredConversation | None
    answers: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """A message for a web conversation, kept once for each `key`."""

    key: str
    message: str
    inbound: bool


def _save(dialect: str) -> Any:
    statement = insert_on(dialect, conversations)
    values = {name: statement.excluded[name] for name in ("state", "language", "updated_at", "fleeting_until")}
    return statement.on_conflict_do_update(index_elements=[conversations.c.address], set_=values)


def _post(dialect: str) -> Any:
    statement = insert_on(dialect, chat_messages)
    posted = statement.on_conflict_do_update(index_elements=[chat_messages.c.key], set_={"key": statement.excluded.key})
    return posted.returning(chat_messages.c.id, chat_messages.c.key)


_this = select(literal(1).label("one")).subquery()
_kept = and_(inbox.c.channel == bindparam("channel"), inbox.c.update_id == bindparam("update_id"))
_theirs = conversations.c.address == bindparam("address")
_state = (conversations.c.state, conversations.c.language, conversations.c.updated_at)
_begun = _this.outerjoin(conversations, _theirs).outerjoin(inbox, _kept)
PEEK = Prepared(lambda _: select(*_state).where(_theirs))
BEGIN = Prepared(lambda _: select(*_state, inbox.c.answers).select_from(_begun))
FINISH = Prepared(lambda _: inbox.insert())
SAVE = Prepared(_save)
POST = Prepared(_post)
SPOKEN = select(conversations.c.address, conversations.c.language).where(
    conversations.c.address.in_(bindparam("addresses", expanding=True)), conversations.c.language != ""
)
"""Statements of every turn: built once, filled in each time."""


class ConversationStore:
    """Conversations within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, channel: str, update_id: str, address: str) -> Begun:
        """The conversation, held until the transaction ends, and whether the update was answered before."""
        await hold(self._connection, f"conversation:{address}")
        row = await BEGIN.first(self._connection, channel=channel, update_id=update_id, address=address)
        kept = None if row.state is None else StoredConversation(row.state, row.language, row.updated_at)
        return Begun(kept, row.answers)

    async def finish(self, channel: str, update_id: str, address: str, answers: str, now: datetime) -> None:
        """The update is dealt with; remember what was answered (JSON text)."""
        row = {"channel": channel, "update_id": update_id, "address": address, "received_at": now, "answers": answers}
        await FINISH.run(self._connection, **row)

    async def forget_updates(self, before: datetime) -> int:
        """Drop inbox rows older than `before`; returns how many."""
        return (await self._connection.execute(delete(inbox).where(inbox.c.received_at < before))).rowcount

    async def forget_nameless(self, before: datetime) -> int:
        """Drop nameless inbox rows older than `before`: an anonymous filing's answer, kept for a repeat's sake."""
        old = and_(inbox.c.address == "", inbox.c.received_at < before)
        return (await self._connection.execute(delete(inbox).where(old))).rowcount

    async def bury(self, channel: str, update_id: str, payload: str, error: str, now: datetime) -> None:
        """Keep an update that cannot be handled, for people to look at."""
        await self._connection.execute(
            dead_letters.insert().values(channel=channel, update_id=update_id, payload=payload, error=error, at=now)
        )

    async def peek(self, address: str) -> StoredConversation | None:
        """The conversation, without holding it."""
        row = await PEEK.first(self._connection, address=address)
        return StoredConversation(row.state, row.language, row.updated_at) if row else None

    async def buried(self) -> int:
        """How many updates were put aside for people to look at."""
        return int((await self._connection.execute(select(func.count()).select_from(dead_letters))).scalar_one())

    async def languages(self, addresses: Collection[str]) -> Mapping[str, str]:
        """The language that each of them speaks with the bot, where it is known."""
        if not addresses:
            return {}
        rows = await self._connection.execute(SPOKEN, {"addresses": list(addresses)})
        return {row.address: row.language for row in rows}

    async def save(
        self, address: str, state: str, language: str, now: datetime, *, until: datetime | None = None
    ) -> None:
        """Keep the conversation; `until`: it is emptied then, because it knows an anonymous case."""
        row = {
            "address": address, "state": state, "language": language, "updated_at": now, "fleeting_until": until,
        }  # fmt: skip
        await SAVE.run(self._connection, **row)

    async def unlink(self, address: str, now: datetime, state: str = "") -> None:
        """Empty a conversation with all that was said in it; of the row only day and language are left, and `state`.

        Nothing here says afterwards what was filed in it, nor to the minute when. The update ids stay, nameless.
        """
        values = {"state": state, "updated_at": midnight(now), "fleeting_until": None}
        theirs = conversations.c.address == address
        await self._connection.execute(update(conversations).where(theirs).values(**values))
        await self._connection.execute(delete(chat_messages).where(chat_messages.c.address == address))
        nameless = {"address": "", "answers": "[]"}
        await self._connection.execute(update(inbox).where(inbox.c.address == address).values(**nameless))

    async def run_out(self, now: datetime) -> Sequence[str]:
        """The addresses of the conversations that are to be emptied now."""
        statement = select(conversations.c.address).where(conversations.c.fleeting_until <= now)
        return list((await self._connection.execute(statement)).scalars())

    async def post(self, address: str, posts: Sequence[Post], now: datetime) -> Sequence[int]:
        """Add messages to a web conversation; their ids, at a repeat the first ones.

        Posts to one address wait for each other, so that ids become visible in their order.
        """
        await hold(self._connection, f"chat:{address}")
        return [await self._post(address, each, now) for each in posts]

    async def _post(self, address: str, post: Post, now: datetime) -> int:
        row = {"address": address, "key": post.key, "message": post.message, "at": now, "inbound": post.inbound}
        return int(await POST.value(self._connection, **row))

    async def posted(self, address: str, *, after: int = 0, limit: int = 200) -> Sequence[ChatMessage]:
        """Messages of a web conversation with a larger id than `after`, the oldest first; the last `limit` of them."""
        statement = (
            select(chat_messages)
            .where(chat_messages.c.address == address, chat_messages.c.id > after)
            .order_by(chat_messages.c.id.desc())
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return [ChatMessage(row["id"], row["inbound"], row["message"], row["at"]) for row in reversed(rows)]

    async def newest_posted(self, addresses: Sequence[str]) -> Mapping[str, int]:
        """The id of the newest message of each web conversation that has any."""
        newest = func.max(chat_messages.c.id)
        statement = (
            select(chat_messages.c.address, newest)
            .where(chat_messages.c.address.in_(addresses))
            .group_by(chat_messages.c.address)
        )
        return {row[0]: int(row[1]) for row in (await self._connection.execute(statement)).all()}
