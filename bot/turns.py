"""One turn, durable when it returns: what stands behind every channel (`bot.channels.contract.Front`).

In one transaction: the update is claimed (a repeated one gives the first answers again), the conversation is held,
staff's commands or the dialogue work on it, answers and pushes are queued, everything is committed. A turn that fails
is rolled back whole; after `MOST_TRIES` the update is put aside for people to look at and the conversation moves on.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson
import structlog

from bot.cleaning import cleaned
from bot.considering import Consider
from bot.wire import dump, dump_all, load_all
from cases.casework.citizens import CitizenDesk
from cases.casework.work import Work
from cases.rules.city import City
from dialogs.engine import Engine
from dialogs.messages import Address, InboundMessage, OutboundMessage, is_fleeting
from dialogs.phrasebook import DEFAULT_LANGUAGE, say
from dialogs.ports import Services
from dialogs.runner.reading import Understand
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

    async def receive(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """Take one message in; see `Front.receive`."""
        message = self._local(cleaned(message))
        if not_for_us(message):
            return ()
        for attempt in range(1, MOST_TRIES + 1):
            try:
                answers = await self._turn(message)
                break
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("turn failed", channel=message.address.channel, attempt=attempt)
        else:
            answers = await self._give_up(message)
        self.wake()
        return answers

    def _local(self, message: InboundMessage) -> InboundMessage:
        """The message in the city's time, so that "last night" is its night."""
        return replace(message, sent_at=message.sent_at.astimezone(ZoneInfo(self.city.timezone)))

    async def _turn(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        understand = await self.consider(message.text) if self.consider else self.understand
        async with working(self.database) as unit:
            now = self.clock()
            address = str(message.address)
            if not await unit.conversations.claim(message.address.channel, message.update_id, address, now):
                return await self._answered(unit, message)
            return await self._handle(unit, message, now, understand)

    async def _handle(
        self, unit: Unit, message: InboundMessage, now: datetime, understand: Understand
    ) -> Sequence[OutboundMessage]:
        address = str(message.address)
        kept = await unit.conversations.load(address)
        work = Work(unit, self.city, now)
        if kept and not kept.state:
            message = replace(message, language=kept.language or message.language)
        answers = await self._staff_answers(work, message, kept.language if kept else "")
        if answers is None:
            services = Services(CitizenDesk(work, message.network), self.city, lambda: now, understand)
            answer = await self.engine.turn(message, kept.state if kept else None, services)
            answers = answer.messages
            if answer.unlinks:
                await unit.conversations.unlink(address, now, answer.state)
                await unit.outbox.unlink(address)
            else:
                until = answer.fleeting_until
                await unit.conversations.save(address, answer.state, answer.language, now, until=until)
        await self._keep(unit, message, answers, now)
        return answers

    async def _answered(self, unit: Unit, message: InboundMessage) -> Sequence[OutboundMessage]:
        """What was answered to a repeated update; an anonymous filing's answer was kept without its address."""
        kept = load_all(await unit.conversations.answers(message.address.channel, message.update_id))
        return [replace(each, address=message.address) if is_fleeting(each) else each for each in kept]

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
    ) -> None:
        channel = message.address.channel
        kept = [replace(each, address=Address(channel, "-")) if is_fleeting(each) else each for each in answers]
        await unit.conversations.keep_answers(channel, message.update_id, dump_all(kept))
        if channel in self.queueing:
            for answer in answers:
                await unit.outbox.put(
                    str(answer.address), dump(answer), now, priority=Priority.ANSWER, fleeting=is_fleeting(answer)
                )

    async def _give_up(self, message: InboundMessage) -> Sequence[OutboundMessage]:
        """The update cannot be handled: it is kept for people, and the citizen gets a word."""
        words = say(message.language or DEFAULT_LANGUAGE, "talk.trouble")
        answers = (OutboundMessage(message.address, words),)
        with suppress(Exception):
            async with working(self.database) as unit:
                now, channel = self.clock(), message.address.channel
                if await unit.conversations.claim(channel, message.update_id, str(message.address), now):
                    payload = orjson.dumps({"text": message.text, "address": str(message.address)}).decode()
                    await unit.conversations.bury(channel, message.update_id, payload, "turn failed", now)
                    await self._keep(unit, message, answers, now)
        return answers


def not_for_us(message: InboundMessage) -> bool:
    """Somebody joined or left a chat, or people talk among themselves in a group: nothing to answer."""
    chatter = not message.private and not message.tapped and not message.text.startswith("/")
    return bool(message.metadata.get("membership")) or chatter


def speaker(message: InboundMessage) -> str:
    """The identity of who speaks: in a group the person, not the chat."""
    sender = message.metadata.get("sender")
    return str(sender) if sender and not message.private else str(message.address)
