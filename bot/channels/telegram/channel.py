"""The Telegram channel: everything of this package put together behind the channels' one contract."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Literal

import structlog
from aiohttp import web

from bot.channels.contract import Front, Keep, SendingLimits, Turnstile
from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.client import build_bot
from bot.channels.telegram.commands import STAFF_COMMANDS, Audience, Menus
from bot.channels.telegram.errors import channel_error
from bot.channels.telegram.files import Files
from bot.channels.telegram.inbound import UPDATE_KINDS
from bot.channels.telegram.intake import DeadLetter, Intake
from bot.channels.telegram.outbound import Outbound
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.places import CHANNEL, Place, place_of
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.webhook import PATH, Webhook, webhook_secret
from dialogs.messages import Address, OutboundMessage
from dialogs.phrasebook import DEFAULT_LANGUAGE

Mode = Literal["polling", "webhook"]
PER_SECOND = 30.0
PERSON_GAP = 1.0
GROUP_GAP = 60 / 20

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class TelegramChannel:
    """Implements `bot.channels.contract.Channel` for Telegram."""

    name = CHANNEL
    replies_by_outbox = True
    shows_once = False

    def __init__(
        self,
        token: str,
        secret_key: str,
        *,
        keep: Keep,
        mode: Mode = "polling",
        api_url: str | None = None,
        public_url: str = "",
        default_language: str = DEFAULT_LANGUAGE,
        staff_commands: Sequence[str] = STAFF_COMMANDS,
        dead_letter: DeadLetter | None = None,
        pace: Pace | None = None,
        per_second: float = PER_SECOND,
        turnstile: Turnstile | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raise `ValueError` for settings that cannot work; nothing is called before `start` or `send`.

        `dead_letter(channel, update_id, payload, error)` keeps an update that failed five times; when it fails too,
        or there is none, the update comes again. `per_second`: messages a second that Telegram takes; 0 for a server
        of one's own that takes as many as we like. `turnstile`: where parts of one message wait for their turn.
        """
        if not secret_key:
            raise ValueError("Telegram needs a secret key: it signs the buttons and the webhook")
        if mode == "webhook" and not public_url:
            raise ValueError("Telegram's webhook needs the public URL")
        self._mode, self._public_url, self._pace, self._clock = mode, public_url, pace or Pace(), clock
        self._dead_letter, self._default_language = dead_letter, default_language
        self._secret = webhook_secret(secret_key, token)
        self._signer = CallbackSigner(secret_key)
        self._bot = build_bot(token, api_url, self._pace.request)
        self._files = Files(self._bot, keep, self._pace)
        self.limits = sending_limits(token, per_second) if per_second else None
        beyond = partial(turnstile.turn, self.limits) if turnstile and self.limits else None
        self._outbound = Outbound(self._bot, keep, self._signer, self._pace, default_language, beyond)
        self._menus = Menus(self._bot, default_language, staff_commands)
        self._webhook = Webhook(self._secret)
        self._running: asyncio.Task[None] | None = None

    def routes(self, app: web.Application) -> None:
        """Add the webhook's route to the web application; it answers 403 to all but Telegram."""
        self._webhook.routes(app)

    async def start(self, front: Front) -> None:
        """Begin to take messages in. Telegram out of reach does not keep us from starting: it is tried until it is."""
        intake = Intake(
            bot=self._bot,
            front=front,
            files=self._files,
            signer=self._signer,
            pace=self._pace,
            clock=self._clock,
            default_language=self._default_language,
            dead_letter=self._dead_letter,
        )
        if self._mode == "webhook":
            self._webhook.intake = intake
        self._running = asyncio.get_running_loop().create_task(self._run(intake), name="telegram")
        self._running.add_done_callback(_report)

    async def stop(self) -> None:
        """Finish the turns under way, confirm them, and close the connections. A webhook stays set."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        self._webhook.intake = None
        await self._bot.session.close()

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Deliver one message; works without `start`, for a process that only delivers."""
        return await self._outbound.send(message, key)

    async def username(self) -> str:
        """The bot's name, for links like ``https://t.me/NAME?start=NUMBER``; raise `ChannelError` without it."""
        try:
            return (await self._bot.me()).username or ""
        except Exception as error:
            raise channel_error(error) from error

    async def offer_commands(self, address: Address, audience: Audience, language: str) -> None:
        """Show one chat the staff's menu, or a citizen the menu in their language; raise `ChannelError`."""
        await _told(self._menus.offer(place_of(address), audience, language))

    async def withdraw_commands(self, address: Address) -> None:
        """Show one chat the common menu again; raise `ChannelError`."""
        await _told(self._menus.withdraw(place_of(address)))

    async def open_topic(self, group: Address, title: str) -> Address:
        """Open a topic in a staff group that has topics; the address under which it is written to."""
        place = place_of(group)
        try:
            topic = await self._bot.create_forum_topic(place.chat_id, title[:128])
        except Exception as error:
            raise channel_error(error) from error
        return Place(place.chat_id, topic.message_thread_id).address

    async def _run(self, intake: Intake) -> None:
        await self._until_done(self._announce)
        try:
            await self._menus.publish()
        except Exception as error:
            log.warning("command menus not set", reason=channel_error(error).sentence)
        if self._mode == "polling":
            await Polling(self._bot, intake, self._pace).run()

    async def _announce(self) -> None:
        """Tell Telegram how we want our updates."""
        if self._mode == "polling":
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        url = self._public_url.rstrip("/") + PATH
        await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=list(UPDATE_KINDS))

    async def _until_done(self, action: Callable[[], Awaitable[None]]) -> None:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await action()
            except Exception as error:
                trouble = channel_error(error)
                log.warning("Telegram not ready", reason=trouble.sentence, attempt=attempt)
                await asyncio.sleep(trouble.retry_after or self._pace.backoff(attempt))


def sending_limits(token: str, per_second: float) -> SendingLimits:
    """Telegram's limits for one bot (https://core.telegram.org/bots/faq, "My bot is hitting limits"): 30 messages a
    second in all, one a second to a person, 20 a minute to a group. All processes with this token share them."""
    key = f"{CHANNEL}:{sha256(token.encode()).hexdigest()[:16]}"
    return SendingLimits(key, per_second, lambda address: PERSON_GAP if is_person(address) else GROUP_GAP)


def is_person(address: str) -> bool:
    """Whether an address is a conversation with one person."""
    try:
        return place_of(Address.parse(address)).private
    except ValueError:
        return True


async def _told(call: Awaitable[None]) -> None:
    try:
        await call
    except Exception as error:
        raise channel_error(error) from error


def _report(task: asyncio.Task[None]) -> None:
    """A channel that ends by itself is a mistake of ours: say so."""
    with suppress(asyncio.CancelledError):
        if error := task.exception():
            log.error("the Telegram channel ended", exc_info=error)
