"""A look-alike of Telegram's Bot API over real HTTP, with people who use it.

An unmodified aiogram talks to it. It enforces what Telegram enforces (lengths, callback data, edits), keeps what every
person sees, and fails to order. For the shape of calls and answers see https://core.telegram.org/bots/api.

    async with TelegramApi() as api:
        user = api.user(7, language_code="zh-hans")
        await user.says("...")
        (answer,) = await user.receives()
        await user.taps("OK")

Nothing in here sleeps: whoever waits for something waits for `TelegramApi.until`.
"""

import asyncio
import json
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, web

PATIENCE = 10.0
"""Seconds until a wait in a test is a failure."""

BOT_ID = 42
TOKEN = f"{BOT_ID}:emulated"
USERNAME = "jiesu_bot"
FILE_LIMIT = 20_000_000
EPOCH = 1_793_000_000
"""The date of the first message; every message is one second later."""

JsonDict = dict[str, Any]


class Refused(Exception):
    """Telegram's ``ok: false``."""

    def __init__(self, description: str, status: int = 400, parameters: JsonDict | None = None) -> None:
        super().__init__(description)
        self.description, self.status, self.parameters = description, status, parameters


@dataclass
class Fault:
    """What goes wrong instead of an answer. `hang` never answers; `drop` breaks the connection off."""

    method: str
    status: int = 500
    description: str = "Internal Server Error"
    parameters: JsonDict | None = None
    body: str | None = None
    hang: bool = False
    drop: bool = False
    after: bool = False
    times: int = 1


@dataclass(frozen=True)
class Call:
    """One call of the bot's."""

    method: str
    params: JsonDict


@dataclass
class Seen:
    """A message of the bot's as it stands on the person's screen. `was` are its earlier wordings."""

    id: int
    text: str
    markup: JsonDict = field(default_factory=dict)
    document: bytes | None = None
    file_name: str = ""
    photo: bytes | None = None
    topic: int | None = None
    was: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[list[str]]:
        """The titles of the inline buttons, in rows."""
        return [[key["text"] for key in row] for row in self.markup.get("inline_keyboard", [])]

    @property
    def titles(self) -> list[str]:
        """The titles of the inline buttons, in one line."""
        return [title for row in self.buttons for title in row]

    def key(self, title: str) -> JsonDict | None:
        """The inline button of that title."""
        keys = (key for row in self.markup.get("inline_keyboard", []) for key in row)
        return next((key for key in keys if key["text"] == title), None)


@dataclass
class Flood:
    """Telegram's limits, enforced strictly: 30 messages in any second, one a second to a person, 20 a minute to a
    group (https://core.telegram.org/bots/faq). What is over them gets 429 with ``retry_after``."""

    clock: Callable[[], float]
    taken: list[tuple[float, int]] = field(default_factory=list)
    refused: int = 0
    _overall: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)

    def take(self, chat: int) -> None:
        """One message to a chat; raise `Refused` when it is too many."""
        now, own = self.clock(), self._chats.setdefault(chat, deque())
        most, span = (1, 1.0) if chat > 0 else (20, 60.0)
        for times, limit, seconds in ((self._overall, 30, 1.0), (own, most, span)):
            while times and now - times[0] >= seconds:
                times.popleft()
            if len(times) >= limit:
                self.refused += 1
                wait = max(1, math.ceil(times[0] + seconds - now))
                raise Refused(f"Too Many Requests: retry after {wait}", 429, {"retry_after": wait})
        self._overall.append(now)
        own.append(now)
        self.taken.append((now, chat))


@dataclass
class Chat:
    """A chat as the server keeps it."""

    id: int
    type: str
    title: str = ""
    forum: bool = False
    blocked: bool = False
    messages: dict[int, Seen] = field(default_factory=dict)
    keyboard: JsonDict | None = None
    keyboard_of: int | None = None
    actions: list[str] = field(default_factory=list)

    @property
    def json(self) -> JsonDict:
        """As it stands in updates and answers."""
        return {"id": self.id, "type": self.type, "title": self.title or None, "is_forum": self.forum or None}


class TelegramApi:
    """The server. `url` is what the bot is given as API address."""

    def __init__(self, token: str = TOKEN, flood: Flood | None = None) -> None:
        self.token = token
        self.flood = flood
        self.url = ""
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.commands: dict[tuple[str, int | None, str], list[JsonDict]] = {}
        self.taps: dict[str, JsonDict] = {}
        """Answers to callback queries, by query id."""
        self.files: dict[str, bytes] = {}
        self.webhook: JsonDict = {"url": ""}
        self.deliveries: list[tuple[int, int]] = []
        """What the webhook answered: update id and HTTP status (0: not reached)."""
        self.webhook_tries = 20
        self._updates: deque[JsonDict] = deque()
        self._faults: list[Fault] = []
        self._counters: dict[str, int] = {}
        self._news = asyncio.Condition()
        self._released = asyncio.Event()
        self._closing = False
        self._delivering: dict[int, asyncio.Task[None]] = {}
        self._runner: web.AppRunner | None = None
        self._http: ClientSession | None = None

    async def __aenter__(self) -> "TelegramApi":
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._http = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.heal()
        self._closing = True
        await self._changed()
        for task in self._delivering.values():
            task.cancel()
        await asyncio.gather(*self._delivering.values(), return_exceptions=True)
        if self._http:
            await self._http.close()
        if self._runner:
            await self._runner.cleanup()

    # What tests ask and order

    def user(self, id: int, language_code: str | None = "zh-hans", first_name: str = "Li") -> "User":
        """A person, with a private chat."""
        self.chats.setdefault(id, Chat(id, "private"))
        return User(self, id, language_code, first_name)

    def group(self, id: int, title: str = "Staff", forum: bool = False) -> Chat:
        """A group; ids of groups are negative."""
        return self.chats.setdefault(id, Chat(id, "supergroup", title, forum))

    def fail(self, method: str, status: int = 500, description: str = "Internal Server Error", **more: Any) -> Fault:
        """Let the next call of `method` (``*``: of any) fail; `times` for more of them, see `Fault`."""
        fault = Fault(method, status, description, **more)
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """No more faults; calls that hang are let go."""
        self._faults.clear()
        self._released.set()
        self._released = asyncio.Event()

    def called(self, method: str) -> list[JsonDict]:
        """The parameters of the calls of one method so far."""
        return [call.params for call in self.calls if call.method == method]

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait until it is so; fails after some seconds."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(happened)

    @property
    def unconfirmed(self) -> list[int]:
        """The ids of the updates that the bot has not confirmed."""
        return [update["update_id"] for update in self._updates]

    async def post_update(self, body: JsonDict, update_id: int | None = None) -> int:
        """Put an update into the queue, as it is."""
        update_id = self._count("update", 1000) if update_id is None else update_id
        self._updates.append({"update_id": update_id, **body})
        if self.webhook["url"]:
            self._deliver()
        await self._changed()
        return update_id

    def new_file(self, content: bytes) -> str:
        """Keep a file that somebody uploads; its id."""
        file_id = f"file{self._count('file', 1)}"
        self.files[file_id] = content
        return file_id

    def next_message(self) -> tuple[int, int]:
        """A new message id and its date."""
        number = self._count("message", 1)
        return number, EPOCH + number

    def next_query(self) -> str:
        """A new callback query's id."""
        return f"query{self._count('query', 1)}"

    def _count(self, what: str, first: int) -> int:
        self._counters[what] = self._counters.get(what, first - 1) + 1
        return self._counters[what]

    async def _changed(self) -> None:
        async with self._news:
            self._news.notify_all()

    # HTTP

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _json({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        method = request.match_info["method"]
        params = await _params(request)
        self.calls.append(Call(method, params))
        await self._changed()
        fault = self._fault(method)
        if fault and not fault.after:
            return await self._fail(request, fault)
        response = await self._call(method, params)
        await self._changed()
        return await self._fail(request, fault) if fault else response

    async def _call(self, method: str, params: JsonDict) -> web.Response:
        handler = getattr(self, f"_do_{method.lower()}", None)
        if handler is None:
            return _json({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        try:
            return _json({"ok": True, "result": await handler(params)})
        except Refused as error:
            tree = {"ok": False, "error_code": error.status, "description": error.description}
            return _json(tree | ({"parameters": error.parameters} if error.parameters else {}), error.status)

    def _fault(self, method: str) -> Fault | None:
        for fault in self._faults:
            if fault.method in (method, "*") and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await self._released.wait()
        if fault.drop and request.transport:
            request.transport.abort()
        if fault.body is not None:
            return web.Response(text=fault.body, status=fault.status, content_type="text/html")
        error: JsonDict = {"ok": False, "error_code": fault.status, "description": fault.description}
        if fault.parameters:
            error["parameters"] = fault.parameters
        return _json(error, fault.status)

    async def _download(self, request: web.Request) -> web.Response:
        if fault := self._fault("download"):
            return web.Response(status=fault.status)
        content = self.files.get(request.match_info["path"].rpartition("/")[2])
        return web.Response(body=content) if content is not None else web.Response(status=404)

    # Updates

    async def _do_getme(self, params: JsonDict) -> JsonDict:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Jiesu", "username": USERNAME}

    async def _do_getupdates(self, params: JsonDict) -> list[JsonDict]:
        if self.webhook["url"]:
            raise Refused("Conflict: can't use getUpdates method while webhook is active", 409)
        offset, wait = int(params.get("offset", 0)), float(params.get("timeout", 0))
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        await self._changed()
        if not self._updates and wait:
            try:
                async with asyncio.timeout(wait), self._news:
                    await self._news.wait_for(lambda: self._updates or self._closing)
            except TimeoutError:
                pass
        return list(self._updates)[: int(params.get("limit", 100))]

    async def _do_setwebhook(self, params: JsonDict) -> bool:
        self.webhook = {"url": params["url"], "secret_token": params.get("secret_token", ""), **params}
        self._deliver()
        return True

    async def _do_deletewebhook(self, params: JsonDict) -> bool:
        self.webhook = {"url": ""}
        return True

    def _deliver(self) -> None:
        """See to it that every chat with updates has a task that posts them, one after the other."""
        for chat in {_chat_of(update) for update in self._updates}:
            task = self._delivering.get(chat)
            if task is None or task.done():
                self._delivering[chat] = asyncio.get_running_loop().create_task(self._deliver_chat(chat))

    async def _deliver_chat(self, chat: int) -> None:
        tries = 0
        while waiting := [update for update in self._updates if _chat_of(update) == chat]:
            status = await self._post(waiting[0])
            tries += 1
            self.deliveries.append((waiting[0]["update_id"], status))
            if 200 <= status < 300:
                self._updates.remove(waiting[0])
                tries = 0
            await self._changed()
            if tries >= self.webhook_tries:
                return

    async def _post(self, update: JsonDict) -> int:
        assert self._http
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"], "Content-Type": "application/json"}
        try:
            async with self._http.post(self.webhook["url"], data=json.dumps(update), headers=headers) as response:
                return response.status
        except ClientError:
            return 0

    # Messages

    async def _do_sendmessage(self, params: JsonDict) -> JsonDict:
        return self._show(params, _checked_text(params.get("text", ""), 4096))

    async def _do_senddocument(self, params: JsonDict) -> JsonDict:
        name, content = _upload(params, "document")
        return self._show(params, _caption(params), document=content, file_name=name)

    async def _do_sendphoto(self, params: JsonDict) -> JsonDict:
        name, content = _upload(params, "photo")
        if not content.startswith((b"\xff\xd8", b"\x89PNG")):
            raise Refused("Bad Request: IMAGE_PROCESS_FAILED")
        return self._show(params, _caption(params), photo=content, file_name=name)

    def _show(self, params: JsonDict, text: str, **more: Any) -> JsonDict:
        chat = self._chat(params)
        if self.flood:
            self.flood.take(chat.id)
        markup = _checked_markup(params.get("reply_markup"), chat)
        message_id, date = self.next_message()
        topic = int(params["message_thread_id"]) if "message_thread_id" in params else None
        chat.messages[message_id] = Seen(message_id, text, markup, topic=topic, **more)
        if "keyboard" in markup:
            chat.keyboard, chat.keyboard_of = markup, message_id
        if markup.get("remove_keyboard"):
            chat.keyboard = chat.keyboard_of = None
        return {"message_id": message_id, "date": date, "chat": chat.json, "text": text}

    async def _do_editmessagetext(self, params: JsonDict) -> JsonDict:
        chat, message = self._editable(params)
        text = _checked_text(params.get("text", ""), 4096)
        markup = _checked_markup(params.get("reply_markup"), chat)
        if message.document is not None or message.photo is not None:
            raise Refused("Bad Request: there is no text in the message to edit")
        if (text, markup) == (message.text, message.markup):
            raise Refused(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        message.was.append(message.text)
        message.text, message.markup = text, markup
        return {"message_id": message.id, "date": EPOCH, "chat": chat.json, "text": text}

    async def _do_editmessagereplymarkup(self, params: JsonDict) -> JsonDict:
        chat, message = self._editable(params)
        markup = _checked_markup(params.get("reply_markup"), chat)
        if markup == message.markup:
            raise Refused("Bad Request: message is not modified")
        message.markup = markup
        return {"message_id": message.id, "date": EPOCH, "chat": chat.json, "text": message.text}

    async def _do_deletemessage(self, params: JsonDict) -> bool:
        chat = self._chat(params)
        if chat.messages.pop(int(params["message_id"]), None) is None:
            raise Refused("Bad Request: message to delete not found")
        if chat.keyboard_of == int(params["message_id"]):
            chat.keyboard = chat.keyboard_of = None
        return True

    async def _do_answercallbackquery(self, params: JsonDict) -> bool:
        if params["callback_query_id"] in self.taps:
            raise Refused("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.taps[params["callback_query_id"]] = params
        return True

    async def _do_sendchataction(self, params: JsonDict) -> bool:
        self._chat(params).actions.append(params["action"])
        return True

    async def _do_createforumtopic(self, params: JsonDict) -> JsonDict:
        if not self._chat(params).forum:
            raise Refused("Bad Request: the chat is not a forum")
        topic, _ = self.next_message()
        return {"message_thread_id": topic, "name": params["name"], "icon_color": 7322096}

    def _chat(self, params: JsonDict) -> Chat:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise Refused("Bad Request: chat not found")
        if chat.blocked:
            raise Refused("Forbidden: bot was blocked by the user", 403)
        return chat

    def _editable(self, params: JsonDict) -> tuple[Chat, Seen]:
        chat = self._chat(params)
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise Refused("Bad Request: message to edit not found")
        if not ({"inline_keyboard"} >= message.markup.keys()):
            raise Refused("Bad Request: message can't be edited")
        return chat, message

    # Files and commands

    async def _do_getfile(self, params: JsonDict) -> JsonDict:
        content = self.files.get(params["file_id"])
        if content is None:
            raise Refused("Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > FILE_LIMIT:
            raise Refused("Bad Request: file is too big")
        file_id = params["file_id"]
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": len(content),
            "file_path": f"files/{file_id}",
        }

    async def _do_setmycommands(self, params: JsonDict) -> bool:
        commands: list[JsonDict] = params["commands"]
        for command in commands:
            if not 1 <= len(command["command"]) <= 32 or command["command"] != command["command"].lower():
                raise Refused("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refused("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_scope(params)] = commands
        return True

    async def _do_getmycommands(self, params: JsonDict) -> list[JsonDict]:
        return self.commands.get(_scope(params), [])

    async def _do_deletemycommands(self, params: JsonDict) -> bool:
        self.commands.pop(_scope(params), None)
        return True


@dataclass
class User:
    """A person with Telegram on the phone. What they do returns the id of the update that the bot gets."""

    api: TelegramApi
    id: int
    language_code: str | None
    first_name: str
    read: int = 0

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.api.chats[self.id]

    @property
    def sees(self) -> list[Seen]:
        """The bot's messages on the screen, oldest first."""
        return list(self.chat.messages.values())

    async def receives(self, count: int = 1) -> list[Seen]:
        """Wait for `count` messages that were not received before."""
        await self.api.until(lambda: len(self._unread) >= count)
        fresh = self._unread[:count]
        self.read = fresh[-1].id
        return fresh

    @property
    def _unread(self) -> list[Seen]:
        return [message for message in self.sees if message.id > self.read]

    async def says(self, text: str, *, chat: Chat | None = None, **more: Any) -> int:
        """Send a text, in the private chat unless another one is given."""
        return await self.sends(chat=chat, text=text, **more)

    async def sends(self, *, chat: Chat | None = None, **content: Any) -> int:
        """Send a message with any content of the Bot API's ``Message``."""
        return await self.api.post_update({"message": self.message(chat, **content)})

    def message(self, chat: Chat | None = None, **content: Any) -> JsonDict:
        """A message as it stands in an update."""
        message_id, date = self.api.next_message()
        chat = chat or self.chat
        return {"message_id": message_id, "date": date, "chat": chat.json, "from": self.json, **content}

    async def edits(self, message_id: int, text: str) -> int:
        """Give an earlier message another wording."""
        message = self.message(text=text, edit_date=EPOCH + 5000) | {"message_id": message_id}
        return await self.api.post_update({"edited_message": message})

    async def taps(self, title: str, *, chat: Chat | None = None) -> int:
        """Tap a button on the screen: the latest inline one of this title, else one of the open reply keyboard."""
        chat = chat or self.chat
        for message in reversed(chat.messages.values()):
            if key := message.key(title):
                return await self.presses(key.get("callback_data", ""), message.id, chat=chat)
        for row in (chat.keyboard or {}).get("keyboard", []):
            for key in row:
                if key["text"] == title:
                    return await self._press_reply_key(key)
        raise AssertionError(f"no button {title!r} on the screen: {[seen.titles for seen in chat.messages.values()]}")

    async def presses(self, data: str, message_id: int, *, chat: Chat | None = None) -> int:
        """Send callback data of one's own making."""
        chat = chat or self.chat
        query = {
            "id": self.api.next_query(),
            "from": self.json,
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": message_id, "date": EPOCH, "chat": chat.json, "text": "?"},
        }
        return await self.api.post_update({"callback_query": query})

    async def _press_reply_key(self, key: JsonDict) -> int:
        if key.get("request_contact"):
            return await self.shares_contact("+8613800000000")
        if key.get("request_location"):
            return await self.shares_location(31.2, 121.5)
        return await self.says(key["text"])

    async def sends_photo(self, content: bytes, *, caption: str | None = None, album: str | None = None) -> int:
        """Send a photo; Telegram makes several sizes of it."""
        small = {"file_id": self.api.new_file(b"small"), "file_unique_id": "s", "width": 90, "height": 60}
        large = {"file_id": self.api.new_file(content), "file_unique_id": "l", "width": 1280, "height": 960}
        return await self.sends(photo=[small, large], caption=caption, media_group_id=album)

    async def sends_file(self, kind: str, content: bytes, *, name: str | None = None, **more: Any) -> int:
        """Send a ``voice``, ``video``, ``video_note``, ``audio``, ``animation`` or ``document``."""
        file_id = self.api.new_file(content)
        file: JsonDict = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "duration": 3}
        file |= {"width": 640, "height": 480, "length": 240}
        if name:
            file["file_name"] = name
        content_of: JsonDict = {kind: file} | ({"document": file} if kind == "animation" else {})
        return await self.sends(**content_of, **more)

    async def shares_contact(self, phone: str, *, own: bool = True) -> int:
        """Share a phone number: one's own, or that of somebody in the address book."""
        contact: JsonDict = {"phone_number": phone, "first_name": self.first_name}
        if own:
            contact["user_id"] = self.id
        return await self.sends(contact=contact)

    async def shares_location(self, latitude: float, longitude: float, *, title: str = "", address: str = "") -> int:
        """Share a pin, or with a title a venue."""
        pin = {"latitude": latitude, "longitude": longitude}
        venue: JsonDict = {"venue": {"location": pin, "title": title, "address": address}} if title else {}
        return await self.sends(location=pin, **venue)

    async def blocks(self) -> int:
        """Stop the bot."""
        self.chat.blocked = True
        return await self._membership("member", "kicked")

    async def unblocks(self) -> int:
        """Take the bot up again."""
        self.chat.blocked = False
        return await self._membership("kicked", "member")

    async def _membership(self, old: str, new: str) -> int:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Jiesu"}
        change = {
            "chat": self.chat.json,
            "from": self.json,
            "date": EPOCH,
            "old_chat_member": _member(bot, old),
            "new_chat_member": _member(bot, new),
        }
        return await self.api.post_update({"my_chat_member": change})

    @property
    def json(self) -> JsonDict:
        """As it stands in updates."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


def _member(user: JsonDict, status: str) -> JsonDict:
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _json(body: JsonDict, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, content_type="application/json")


async def _params(request: web.Request) -> JsonDict:
    """The parameters of a call: query, form or multipart; values that are JSON are read."""
    params: JsonDict = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[name] = (value.filename, value.file.read())
        else:
            params[name] = value
    return {name: _read(name, value) for name, value in params.items()}


def _read(name: str, value: Any) -> Any:
    if name in ("reply_markup", "commands", "scope", "allowed_updates", "link_preview_options"):
        return json.loads(value)
    return value


def _chat_of(update: JsonDict) -> int:
    bodies: Iterator[JsonDict] = (body for body in update.values() if isinstance(body, dict))
    body = next(bodies, {})
    chat = body.get("chat") or body.get("message", {}).get("chat") or {}
    return int(chat.get("id", 0))


def _scope(params: JsonDict) -> tuple[str, int | None, str]:
    scope = params.get("scope") or {"type": "default"}
    return scope["type"], scope.get("chat_id"), params.get("language_code", "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _checked_text(text: str, limit: int) -> str:
    text = text.strip()
    if not text:
        raise Refused("Bad Request: message text is empty")
    if _units(text) > limit:
        raise Refused("Bad Request: message is too long")
    return text


def _caption(params: JsonDict) -> str:
    caption = str(params.get("caption", "")).strip()
    if _units(caption) > 1024:
        raise Refused("Bad Request: message caption is too long")
    return caption


def _upload(params: JsonDict, name: str) -> tuple[str, bytes]:
    reference = params.get(name, "")
    upload = params.get(reference.removeprefix("attach://")) if isinstance(reference, str) else reference
    if not isinstance(upload, tuple) or not upload[1]:
        raise Refused("Bad Request: file must be non-empty")
    return upload


def _checked_markup(markup: JsonDict | None, chat: Chat) -> JsonDict:
    markup = markup or {}
    for row in markup.get("inline_keyboard", []):
        for key in row:
            _check_key(key)
    for row in markup.get("keyboard", []):
        for key in row:
            if not key["text"].strip():
                raise Refused("Bad Request: keyboard button text must be non-empty")
            if chat.type != "private" and (key.get("request_contact") or key.get("request_location")):
                raise Refused("Bad Request: can be requested in private chats only")
    return markup


def _check_key(key: JsonDict) -> None:
    if not key["text"].strip():
        raise Refused("Bad Request: inline keyboard button text must be non-empty")
    if not (key.get("callback_data") or key.get("url")):
        raise Refused("Bad Request: text buttons are unallowed in the inline keyboard")
    if len(key.get("callback_data", "").encode()) > 64:
        raise Refused("Bad Request: BUTTON_DATA_INVALID")
