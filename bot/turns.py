"""One turn, durable when it returns: what stands behind every channel (`bot.channels.contract.Front`).

In one unit of work: the conversation is held, a repeated update gives the first answers again, staff's commands or the
dialogue work on a new one, answers and pushes are queued, everything is kept. Turns that come together share a commit.
A turn that fails is undone whole; after `MOST_TRIES` the update is put aside for people to look at and the conversation
moves on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson
import structlog

from bot import figures
from bot.channels.contract import NotKept
from bot.cleaning import cleaned
from bot.considering import Consider
from bot.wire import dump, dump_all, load_all
from cases.casework.citizens import CitizenDesk
from cases.casework.work import Work
from cases.rules.city import City
from dialogs.engine import Answer, Engine
from dialogs.messages import Address, InboundMessage, OutboundMessage, is_fleeting
from dialogs.phrasebook import DEFAULT_LANGUAGE, say
from dialogs.ports import Services
from dialogs.runner.reading import Understand
from storage.commits import Again
from storage.conversations import StoredConversation
from storage.outbox import Priority
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import Unit, working

MOST_TRIES = 3
log = structlog.get_logger(__name__)


class StaffRoom(Protocol):
    """Takes what staff say; `bot.staff` is it."""

    async def link(self, work: Work, message: InboundMessage) -> Sequence[OutboundMessage] | None:
        """Bind the sender to an account when the message carries a one-time link; None when it carries none."""
        ...

    async def command(
        self, work: Work, account: StaffAccount, message: InboundMessage, language: str
    ) -> Sequence[OutboundMessage] | None:
        """Do a staff command; None when the message is none, so that the dialogue takes it."""
        ...


class Recorder(Protocol):
    """Keeps what was said for a page to show again."""

    async def record(
        self, unit: Unit, message: InboundMessage, answers: Sequence[OutboundMessage], now: datetime
    ) -> Sequence[OutboundMessage]:
        """Keep both sides in the turn's unit of work; the answers with the ids that they have there."""
        ...


class Turns:
    """Takes messages of all channels, one conversation at a time, different ones side by side."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        city: City,
        understand: Understand,
        staff: StaffRoom,
        clock: Callable[[], datetime],
        queueing: frozenset[str],
        wake: Callable[[], None],
        consider: Consider | None = None,
        recorders: Mapping[str, Recorder] | None = None,
    ) -> None:
        self.database = database
        self.engine = engine
        self.city = city
        self.understand = understand
        self.staff = staff
        self.clock = clock
        self.queueing = queueing
        """Channels whose answers go through the outbox."""
        self.wake = wake
        """Tells the delivery that something is queued."""
        self.consider = consider
        """Thinks an unsure message over before its transaction begins."""
        self.recorders = recorders or {}
        """By channel."""

    async def receive(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """Take one message in; see `Front.receive`."""
        message = self._local(cleaned(message))
        if not_for_us(message):
            return ()
        with figures.turn(message.address.channel):
            return await self._received(message)

    async def _received(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        answers = await self._tried(message)
        if answers is None:
            answers = await self._give_up(message)
        return answers

    async def _tried(self, message: InboundMessage) -> Sequence[OutboundMessage] | None:
        """The answers; None when the turn failed by its own doing; raise `NotKept` when it is not to blame."""
        blameless: Again | None = None
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return await self._turn(message, first=attempt > 1)
            except Again as again:
                blameless = again
                log.info("turn comes again", attempt=attempt)
            except Exception:
                blameless = None
                figures.TURN_FAILURES.labels(message.address.channel).inc()
                log.exception("turn failed", attempt=attempt)
        if blameless is not None:
            raise NotKept from blameless
        return None

    def _local(self, message: InboundMessage) -> InboundMessage:
        """The message in the city's time, so that "last night" is its night."""
        return replace(message, sent_at=message.sent_at.astimezone(ZoneInfo(self.city.timezone)))

    async def _turn(self, message: InboundMessage, *, first: bool) -> Sequence[OutboundMessage]:
        understand = await self.consider(message.text) if self.consider else self.understand
        address = str(message.address)
        async with working(self.database, address, first=first) as unit:
            begun = await unit.conversations.begin(message.address.channel, message.update_id, address)
            if begun.answers is not None:
                return answered(message, begun.answers)
            now = self.clock()
            answers = await self._answers(unit, message, begun.conversation, now, understand)
            answers = await self._keep(unit, message, answers, now)
        self._wake_for(unit)
        return answers

    def _wake_for(self, unit: Unit) -> None:
        """The delivery looks at once where something was queued."""
        if unit.outbox.queued:
            self.wake()

    async def _answers(
        self,
        unit: Unit,
        message: InboundMessage,
        kept: StoredConversation | None,
        now: datetime,
        understand: Understand,
    ) -> Sequence[OutboundMessage]:
        work = Work(unit, self.city, now)
        if kept and not kept.state:
            message = replace(message, language=kept.language or message.language)
        answers = await self._staff_answers(work, message, kept.language if kept else "")
        if answers is not None:
            return answers
        services = Services(CitizenDesk(work, message.network), self.city, lambda: now, understand)
        answer = await self.engine.turn(message, kept.state if kept else None, services)
        await self._remember(unit, str(message.address), answer, now)
        return answer.messages

    async def _remember(self, unit: Unit, address: str, answer: Answer, now: datetime) -> None:
        """Keep the conversation, or make it nobody's."""
        if answer.unlinks:
            await unit.conversations.unlink(address, now, answer.state)
            await unit.outbox.unlink(address)
        else:
            await unit.conversations.save(address, answer.state, answer.language, now, until=answer.fleeting_until)

    async def _staff_answers(
        self, work: Work, message: InboundMessage, language: str
    ) -> Sequence[OutboundMessage] | None:
        linked = await self.staff.link(work, message)
        if linked is not None:
            return linked
        account = await work.unit.staff.at(speaker(message), work.now)
        if account is None:
            return None if message.private else ()
        answers = await self.staff.command(work, account, message, language or DEFAULT_LANGUAGE)
        return answers if answers is not None or message.private else ()

    async def _keep(
        self, unit: Unit, message: InboundMessage, answers: Sequence[OutboundMessage], now: datetime
    ) -> Sequence[OutboundMessage]:
        channel, address = message.address.channel, str(message.address)
        if channel in self.recorders:
            answers = await self.recorders[channel].record(unit, message, answers, now)
        if any(is_fleeting(each) for each in answers):
            address = ""
        kept = [replace(each, address=Address(channel, "-")) if is_fleeting(each) else each for each in answers]
        await unit.conversations.finish(channel, message.update_id, address, dump_all(kept), now)
        if channel in self.queueing:
            for answer in answers:
                await unit.outbox.put(
                    str(answer.address), dump(answer), now, priority=Priority.ANSWER, fleeting=is_fleeting(answer)
                )
        return answers

    async def _give_up(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """The update cannot be handled: it is kept for people, and the citizen gets a word. Raise `NotKept` when not
        even that can be kept."""
        try:
            return await self._buried(message)
        except Exception as error:
            log.error("update not kept", channel=message.address.channel, error=type(error).__name__)
            raise NotKept from error

    async def _buried(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        words = say(message.language or DEFAULT_LANGUAGE, "talk.trouble")
        address, channel, now = str(message.address), message.address.channel, self.clock()
        async with working(self.database, address, first=True) as unit:
            begun = await unit.conversations.begin(channel, message.update_id, address)
            if begun.answers is not None:
                return answered(message, begun.answers)
            payload = orjson.dumps({"text": message.text, "address": address}).decode()
            await unit.conversations.bury(channel, message.update_id, payload, "turn failed", now)
            answers = await self._keep(unit, message, (OutboundMessage(message.address, words),), now)
        self._wake_for(unit)
        return answers


def answered(message: InboundMessage, kept: str) -> Sequence[OutboundMessage]:
    """What was answered to a repeated update; an anonymous filing's answer was kept without its address."""
    return [replace(each, address=message.address) if is_fleeting(each) else each for each in load_all(kept)]


def not_for_us(message: InboundMessage) -> bool:
    """Somebody joined or left a chat, or people talk among themselves in a group: nothing to answer."""
    chatter = not message.private and not message.tapped and not message.text.startswith("/")
    return bool(message.metadata.get("membership")) or chatter


def speaker(message: InboundMessage) -> str:
    """The identity of who speaks: in a group the person, not the chat."""
    sender = message.metadata.get("sender")
    return str(sender) if sender and not message.private else str(message.address)
