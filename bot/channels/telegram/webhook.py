"""Taking updates that Telegram posts to us.

200 means dealt with, or of no use ever; 500 asks Telegram to come again. `aiogram`'s own route answers before the
update is handled and loses what was under way when the process dies, hence this one.
"""

import hmac
import json
from hashlib import sha256
from typing import Any

import structlog
from aiohttp import web

from bot.channels.doors import ASKED
from bot.channels.telegram.inbound import lane_of
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.lanes import Lanes

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_BYTES = 1_000_000

log = structlog.get_logger(__name__)


def webhook_secret(secret_key: str, token: str) -> str:
    """What Telegram has to show at every call: derived, so that there is nothing to configure or to forget."""
    return hmac.new(secret_key.encode(), b"telegram webhook " + token.encode(), sha256).hexdigest()


class Webhook:
    """The route. `intake` is None until the channel is started, and calls are then sent away to come again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._lanes = Lanes()
        self.intake: Intake | None = None

    def routes(self, app: web.Application) -> None:
        """Add the route to the application."""
        app.router.add_post(PATH, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """One call of Telegram's."""
        if not self._genuine(request):
            return web.Response(status=403)
        request[ASKED] = True
        if self.intake is None:
            return web.Response(status=503)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        raw = _update(body)
        if raw is None:
            log.error("webhook call without an update", size=len(body))
            return web.Response()
        try:
            async with self._lanes.turn(lane_of(raw)):
                await self.intake.take(raw)
        except Exception:  # logged by `take`
            return web.Response(status=500)
        return web.Response()

    def _genuine(self, request: web.Request) -> bool:
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(shown, self._secret)


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is larger than an update can be."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and isinstance(raw.get("update_id"), int) else None
