"""Rasa's REST channel: one message in, the answers out. Committed before it is answered; a repeat changes nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

import orjson
from aiohttp import web

from bot.channels.contract import Front, NotKept
from bot.channels.webchat.bodies import Metadata, Opened, Said, read_body
from bot.channels.webchat.files import Files
from bot.channels.webchat.guard import RateLimit, Refused, client_network, json_answer
from bot.channels.webchat.history import PAGE, History, rest_answer
from bot.channels.webchat.languages import LANGUAGE, known, language_of
from bot.channels.webchat.senders import Sender, Senders
from dialogs.messages import Address, Contact, InboundMessage, Location, OutboundMessage

REQUEST_ID = "X-Request-ID"
"""A proxy that tries a request at another process gives it the same id again: nothing is taken in twice."""
LONGEST_ID = 100


class Rest:
    """The handlers; `front` is there once the channel is started."""

    def __init__(
        self, senders: Senders, rate: RateLimit, files: Files, history: History, clock: Callable[[], datetime]
    ) -> None:
        self.front: Front | None = None
        self._senders = senders
        self._rate = rate
        self._files = files
        self._history = history
        self._clock = clock

    @property
    def is_open(self) -> bool:
        """Whether messages are taken in: not while the bot is starting or stopping."""
        return self.front is not None

    async def open_session(self, request: web.Request) -> web.Response:
        """``POST /chat/sessions``: a new sender token, with ``sender`` a fresh one for the same session.

        Nothing is kept until it says something.
        """
        await self._rate.check(request)
        opened = await read_body(request, Opened) if request.can_read_body else Opened()
        language = known(opened.language) or language_of(request)
        going_on = self._senders.tokens.session(opened.sender) if opened.sender else None
        return json_answer({"sender": self._senders.tokens.issue(going_on), "language": language}, 201)

    async def webhook(self, request: web.Request) -> web.Response:
        """``POST /webhooks/rest/webhook``."""
        said = await read_body(request, Said)
        metadata = said.metadata or Metadata()
        if language := known(metadata.language):
            request[LANGUAGE] = language
        sender = await self._senders.admit(request, said.sender)
        heard = await self._heard(request, sender, said.message or "", metadata)
        response = json_answer([rest_answer(sender.given, answer) for answer in await self._answers(heard)])
        self._history.wake(sender.address)
        if heard.text.startswith("/bind"):
            await self._senders.know_staff(response, sender)
        return response

    def opened(self) -> Front:
        """The front; raise `Refused` (503) while the bot is starting or stopping."""
        if self.front is None:
            raise Refused(503, "starting", retry_after=1)
        return self.front

    async def _answers(self, heard: InboundMessage) -> Sequence[OutboundMessage]:
        try:
            return await self.opened().receive(heard)
        except NotKept:
            raise Refused(503, "not_kept", retry_after=5) from None

    async def _heard(self, request: web.Request, sender: Sender, text: str, metadata: Metadata) -> InboundMessage:
        message_id = metadata.message_id or request.headers.get(REQUEST_ID, "")[:LONGEST_ID] or token_hex(16)
        pin, card = metadata.location, metadata.contact
        return InboundMessage(
            address=sender.address,
            update_id=update_id(sender.address, message_id),
            sent_at=self._clock(),
            text=text,
            tapped=metadata.tapped,
            message_id=message_id,
            attachments=await self._files.owned(sender.address, metadata.attachments),
            location=Location(pin.latitude, pin.longitude, pin.title) if pin else None,
            contact=Contact(card.phone, card.name) if card else None,
            language=known(metadata.language),
            network="" if sender.trusted else client_network(request),
            metadata={} if sender.trusted else {PAGE: metadata.title},
        )


def update_id(address: Address, message_id: str) -> str:
    """The message's id made unique among all senders, so that nobody reads another's answers by repeating an id."""
    return sha256(orjson.dumps([str(address), message_id])).hexdigest()
