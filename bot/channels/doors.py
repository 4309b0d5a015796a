"""The routes' half of the permission table: every route over HTTP and who may call it.

Default is no: `guarded` answers 404 where a route does not stand here, and gives nothing out from a handler that did
not ask who is calling. What people may do once they are in stands in `cases.rules.permissions`; `openapi.yml`
beside the pages describes what goes in and out. A test walks every route against everybody.
"""

from collections.abc import Mapping
from enum import StrEnum

from aiohttp import web


class Caller(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    SENDER = "a sender: a page's token, or a key with the scope `speak`"
    STAFF = "a page's session that is signed in as staff, from the browser that signed in"
    TRACKERS = "a key with the scope `trackers`"
    NEAR = "our own network, or a key with the scope `metrics`"
    TELEGRAM = "Telegram, which shows the webhook's secret"


DOORS: Mapping[str, Caller] = {
    "GET /": Caller.ANYONE,
    "GET /staff": Caller.ANYONE,
    "GET /staff/sign-in/{token}": Caller.ANYONE,
    "POST /staff/sign-in/{token}": Caller.SENDER,
    "POST /staff/sign-out": Caller.SENDER,
    "GET /staff/session": Caller.STAFF,
    "GET /assets/{name}": Caller.ANYONE,
    "GET /openapi.json": Caller.ANYONE,
    "POST /chat/sessions": Caller.ANYONE,
    "POST /webhooks/rest/webhook": Caller.SENDER,
    "POST /chat/attachments": Caller.SENDER,
    "GET /chat/attachments/{key}": Caller.SENDER,
    "GET /chat/messages": Caller.SENDER,
    "GET /chat/events": Caller.SENDER,
    "GET /conversations/{sender}/tracker": Caller.TRACKERS,
    "GET /healthz": Caller.ANYONE,
    "GET /readyz": Caller.ANYONE,
    "GET /metrics": Caller.NEAR,
    "POST /telegram/webhook": Caller.TELEGRAM,
}
ASKED = web.RequestKey("asked", bool)
"""Set on a request by whatever found out who calls."""


def name_of(method: str, path: str) -> str:
    """How a route is called in the table; the path with its placeholders."""
    return f"{method} {path}"


def door_of(request: web.Request) -> str:
    """The name of the route that a request has found."""
    resource = request.match_info.route.resource
    return name_of(request.method, resource.canonical if resource else "")


def unlisted(app: web.Application) -> list[str]:
    """Routes of an application that do not stand in the table."""
    names = (name_of(each.method, each.resource.canonical if each.resource else "") for each in app.router.routes())
    return [name for name in names if name not in DOORS]
