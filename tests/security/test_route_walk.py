"""Every route over HTTP against everybody who may stand before it, and every method that is none.

Everybody comes through one proxy of ours from an address far away, so that nobody is let in for being near.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import DummyCookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, build
from bot.channels.doors import DOORS, Caller, unlisted
from bot.channels.telegram.webhook import SECRET_HEADER, webhook_secret
from bot.channels.webchat.rendering import DESCRIPTION
from bot.channels.webchat.senders import Tokens
from bot.settings import Settings
from bot.staff.accounts import make_account, make_link
from cases.casework.work import Work
from cases.rules.case import Role
from storage.migrate import migrate
from storage.unit import working
from tests.bot.channels.webchat.conftest import API_KEY, NOW, SECRET_KEY

FAR = {"X-Forwarded-For": "93.184.216.34"}
TELEGRAM_TOKEN = "42:TEST"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
SECRET = "暗号九五二七"
ANYONE = frozenset({Caller.ANYONE})
SENDER = ANYONE | {Caller.SENDER}


@dataclass(frozen=True)
class Visitor:
    """Who asks: what they call themselves, what they carry, and what is open to them."""

    name: str
    sender: str
    may: frozenset[Caller] = ANYONE
    headers: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    """Routes that are closed to them all the same."""
    owns: bool = False
    """Whether the file that is asked for is theirs."""


def bearer(key: str) -> dict[str, str]:
    """The header with a key."""
    return {"Authorization": f"Bearer {key}"}


class House:
    """The running bot, and how one knocks at its doors."""

    def __init__(self, app: App, client: TestClient[web.Request, web.Application]) -> None:
        self.app, self.client = app, client
        self.file = "none"

    async def session(self) -> str:
        """A new page's token."""
        async with self.client.post("/chat/sessions", headers=FAR) as answer:
            return str((await answer.json())["sender"])

    async def signed_in(self, account: str) -> tuple[str, str]:
        """A session that is signed in: its token and its cookie."""
        token = await self.session()
        async with working(self.app.database) as unit:
            work = Work(unit, self.app.city, NOW)
            await make_account(work, account, account, "xfj", frozenset({Role.SUPERVISOR}))
            link = await make_link(work, account)
        async with self.client.post(f"/staff/sign-in/{link}", json={"sender": token}, headers=FAR) as answer:
            assert answer.status == 200
            cookie = answer.cookies.output(attrs=[], header="").strip()
        return token, cookie

    async def key(self, name: str, *scopes: str, days: int = 1) -> str:
        """A key for a program."""
        token = f"jk_{name}" + "x" * 32
        async with working(self.app.database) as unit:
            await unit.doors.add_key(name, token, frozenset(scopes), NOW, NOW + timedelta(days=days))
        return token

    async def upload(self, sender: str) -> str:
        """A file of somebody's."""
        form = FormData()
        form.add_field("file", SECRET.encode(), filename="a.txt")
        async with self.client.post("/chat/attachments", params={"sender": sender}, data=form, headers=FAR) as answer:
            return str((await answer.json())["keys"][0])

    def filled(self, path: str) -> str:
        """A path with something in its placeholders."""
        values = {"{token}": "no-such-link", "{name}": "chat.js", "{key}": self.file, "{sender}": "me"}
        for placeholder, value in values.items():
            path = path.replace(placeholder, value)
        return path

    async def knocks(self, who: Visitor, door: str) -> tuple[int, str]:
        """One request: the status, and what was answered."""
        method, _, path = door.partition(" ")
        path = self.filled(path)
        asked: dict[str, Any] = {"headers": {**FAR, **who.headers}, "params": {"sender": who.sender}}
        if method == "POST":
            asked |= {"json": {"sender": who.sender, "message": "你好"}}
        if path == "/chat/attachments":
            form = FormData()
            form.add_field("file", b"text", filename="b.txt")
            asked |= {"data": form, "json": None}
        async with self.client.request(method, path, **asked) as answer:
            streaming = answer.content_type == "text/event-stream"
            return answer.status, "" if streaming else (await answer.read()).decode("utf-8", "replace")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/jiesu.db", folder=tmp_path, secret_key=SECRET_KEY, api_key=API_KEY,
        telegram_token=TELEGRAM_TOKEN, telegram_mode="webhook", public_url="http://bot.example",
        telegram_api_url="http://127.0.0.1:9", proxies=1, _env_file=None,
    )  # fmt: skip
    app = build(settings, lambda: NOW)
    await migrate(app.database)
    await app.webchat.start(app.turns)
    async with TestClient(TestServer(app.web()), cookie_jar=DummyCookieJar()) as client:
        yield House(app, client)
    await app.stop()


async def everybody(house: House) -> list[Visitor]:
    """Everybody who may stand before a door."""
    citizen, other = await house.session(), await house.session()
    house.file = await house.upload(citizen)
    staff, cookie = await house.signed_in("du")
    stolen, _ = await house.signed_in("robbed")
    crossed, _ = await house.signed_in("crossed")
    gone, gone_cookie = await house.signed_in("gone")
    off, off_cookie = await house.signed_in("off")
    async with working(house.app.database) as unit:
        await unit.staff.end(str(house.app.webchat._senders.tokens.session(gone)), NOW)
        account = await unit.staff.get("off")
        assert account
        await unit.staff.put(type(account)("off", "off", "xfj", account.roles, active=False), NOW)
        await unit.doors.add_key("revoked", "jk_revoked", frozenset({"speak", "trackers", "metrics"}), NOW, None)
        await unit.doors.revoke_key("revoked", NOW)
    old = Tokens(SECRET_KEY, lambda: NOW - timedelta(days=200)).issue()
    speak, trackers = await house.key("speak", "speak"), await house.key("trackers", "trackers")
    metrics, ended = await house.key("metrics", "metrics"), await house.key("ended", "speak", "trackers", days=-1)
    chat = frozenset(door for door, caller in DOORS.items() if caller is Caller.SENDER and "/staff" not in door)
    posts = frozenset(door for door in DOORS if door.startswith("POST"))
    programs = {Caller.SENDER, Caller.TRACKERS, Caller.NEAR}
    secret = webhook_secret(SECRET_KEY, TELEGRAM_TOKEN)
    return [
        Visitor("nobody", ""),
        Visitor("made up", "webchat:1"),
        Visitor("forged", f"{citizen[:-2]}xx"),
        Visitor("of another key", Tokens("another key", lambda: NOW).issue()),
        Visitor("long ago", old),
        Visitor("citizen", citizen, SENDER, owns=True),
        Visitor("another citizen", other, SENDER),
        Visitor("staff", staff, SENDER | {Caller.STAFF}, {"Cookie": cookie}),
        Visitor("who stole the staff's token", stolen, SENDER, closed=chat),
        Visitor("who has the cookie of another", crossed, SENDER, {"Cookie": gone_cookie}, closed=chat),
        Visitor("staff who signed out", gone, SENDER, {"Cookie": gone_cookie}),
        Visitor("staff who was switched off", off, SENDER, {"Cookie": off_cookie}),
        Visitor("program", "me", ANYONE | programs, bearer(API_KEY)),
        Visitor("program that may speak", "me", SENDER, bearer(speak)),
        Visitor("program that may read", "me", ANYONE | {Caller.TRACKERS}, bearer(trackers)),
        Visitor("program that may measure", "me", ANYONE | {Caller.NEAR}, bearer(metrics)),
        Visitor("program whose key was revoked", "me", headers=bearer("jk_revoked")),
        Visitor("program whose key ended", "me", headers=bearer(ended)),
        Visitor("program with a wrong key", "me", headers=bearer(API_KEY + "x")),
        Visitor("program with no key", "me", headers={"Authorization": "Bearer "}),
        Visitor("another site", citizen, SENDER, {"Sec-Fetch-Site": "cross-site"}, posts, owns=True),
        Visitor("a sister site", citizen, SENDER, {"Sec-Fetch-Site": "same-site"}, posts, owns=True),
        Visitor("another site in an old browser", citizen, SENDER, {"Origin": "http://evil.example"}, posts, owns=True),
        Visitor("a page without an origin", citizen, SENDER, {"Origin": "null"}, posts, owns=True),
        Visitor("who says to be near", "", headers={"X-Forwarded-For": "127.0.0.1, 93.184.216.34"}),
        Visitor("Telegram", "", ANYONE | {Caller.TELEGRAM}, {SECRET_HEADER: secret}),
        Visitor("who plays Telegram", "", headers={SECRET_HEADER: "密钥" + secret}),
        Visitor("who plays Telegram with nothing", "", headers={SECRET_HEADER: ""}),
    ]


async def test_every_route_against_everybody(house: House) -> None:
    visitors = await everybody(house)
    pairs = 0
    for who in visitors:
        for door, caller in sorted(DOORS.items(), key=lambda each: "sign-out" in each[0]):
            status, said = await house.knocks(who, door)
            judge(who, door, caller, status, said)
            pairs += 1
    assert pairs > 500


def judge(who: Visitor, door: str, caller: Caller, status: int, said: str) -> None:
    """Whether the pair came out as the table says."""
    pair = f"{who.name}: {door} gave {status} {said[:200]}"
    file = "/chat/attachments/{key}" in door
    opens = caller in who.may and door not in who.closed
    assert status not in (500, 502), pair
    assert "Traceback" not in said, pair
    if not opens:
        assert status in (401, 403), pair
        assert SECRET not in said, pair
    elif file:
        assert (status, SECRET in said) == ((200, True) if who.owns else (404, False)), pair
    elif door == "POST /staff/sign-in/{token}":
        assert status == 403, pair
        assert "bad_link" in said, pair
    else:
        assert status in ((503,) if caller is Caller.TELEGRAM else (200, 201)), pair


async def test_no_other_method_does_anything(house: House) -> None:
    for path in {door.partition(" ")[2] for door in DOORS}:
        for method in METHODS:
            if f"{method} {path}" not in DOORS:
                async with house.client.request(method, house.filled(path), headers=FAR) as answer:
                    assert answer.status in (403, 405), (method, path)


async def test_what_is_not_in_the_table_is_not_there(house: House) -> None:
    async def secret(request: web.Request) -> web.Response:
        return web.Response(text=SECRET)

    app = web.Application()
    house.app.webchat.routes(app)
    app.router.add_route("GET", "/backdoor", secret)
    assert unlisted(app) == ["GET /backdoor"]
    async with TestClient(TestServer(app)) as client, client.get("/backdoor") as answer:
        assert answer.status == 404
        assert SECRET not in await answer.text()


async def test_a_route_that_forgets_to_ask_gives_nothing_out(house: House) -> None:
    async def forgetful(request: web.Request) -> web.Response:
        return web.Response(text=SECRET)

    app = web.Application()
    app.router.add_route("GET", "/chat/messages", forgetful)
    house.app.webchat.table = lambda: ()  # type: ignore[method-assign]
    house.app.webchat.routes(app)
    async with TestClient(TestServer(app)) as client, client.get("/chat/messages") as answer:
        assert answer.status == 500
        assert SECRET not in await answer.text()


def test_the_table_the_routes_and_the_description_are_one(house: House) -> None:
    described = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    operations = {
        f"{method.upper()} {path}" for path, item in described.items() for method in item if method.upper() in METHODS
    }
    routed = {f"{each.method} {each.resource.canonical}" for each in house.app.web().router.routes() if each.resource}
    assert operations == routed == set(DOORS)


async def test_who_shows_wrong_keys_is_slowed_and_a_right_one_is_not(house: House) -> None:
    statuses = []
    for number in range(32):
        async with house.client.get("/metrics", headers={**FAR, **bearer(f"wrong-{number}")}) as answer:
            statuses.append(answer.status)
    assert statuses == [401] * 30 + [429] * 2
    async with house.client.get("/metrics", headers={**FAR, **bearer(API_KEY)}) as answer:
        assert answer.status == 200
    other = {"X-Forwarded-For": "93.184.216.35", **bearer("wrong")}
    async with house.client.get("/metrics", headers=other) as answer:
        assert answer.status == 401
