"""What callers may post: read, checked, and refused with the name of the field that is wrong."""

import json
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.channels.webchat.guard import Refused

MESSAGE_BYTES = 1024 * 1024


def _scrubbed(value: Any) -> Any:
    """Text without lone surrogates, which JSON can carry and nothing else takes."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_scrubbed)]


class Body(BaseModel):
    """What every body shares."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class Pin(Body):
    """A place on the map."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    title: Text = ""


class Card(Body):
    """A contact."""

    phone: Text
    name: Text = ""


class Metadata(Body):
    """What comes with a message. `title` is the button's, for the page to show again."""

    message_id: Text | None = Field(None, max_length=200)
    language: Text | None = Field(None, max_length=35)
    location: Pin | None = None
    contact: Card | None = None
    attachments: list[Text] = Field([], max_length=10)
    tapped: bool = False
    title: Text = Field("", max_length=200)


class Said(Body):
    """Rasa's REST channel: ``{"sender", "message", "metadata"}``."""

    sender: Text
    message: Text | None = ""
    metadata: Metadata | None = None


class Opened(Body):
    """A page asks for a session; with `sender`, for a fresh token of the one that it has."""

    language: Text = ""
    sender: Text = ""


class SignedIn(Body):
    """A page uses a one-time link."""

    sender: Text
    language: Text = ""


AnyBody = TypeVar("AnyBody", bound=Body)


async def read_body(request: web.Request, kind: type[AnyBody]) -> AnyBody:
    """The body as `kind`; raise `Refused` for what is too large (413) or wrong (400)."""
    try:
        tree = json.loads(await whole(request))
    except (ValueError, RecursionError):
        raise Refused(400, "json") from None
    try:
        return kind.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(400, "field", f"{place}: {first['msg']}" if place else first["msg"]) from None


async def whole(request: web.Request) -> bytes:
    """The body, read no further than it may be."""
    if (request.content_length or 0) > MESSAGE_BYTES:
        raise Refused(413, "too_large")
    taken = bytearray()
    async for part in request.content.iter_any():
        taken += part
        if len(taken) > MESSAGE_BYTES:
            raise Refused(413, "too_large")
    return bytes(taken)
