"""Signing staff in on the web: a one-time link binds the page's session to an account, as ``/bind`` does everywhere."""

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

from aiohttp import web

from bot.channels.webchat.bodies import SignedIn, read_body
from bot.channels.webchat.guard import RateLimit, Refused, client_network, json_answer
from bot.channels.webchat.history import History
from bot.channels.webchat.languages import LANGUAGE, known, language_of
from bot.channels.webchat.rest import Rest, update_id
from bot.channels.webchat.senders import Sender, Senders
from bot.channels.webchat.sessions import Browsers
from cases.rules.city import City
from dialogs.messages import InboundMessage
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import looking, working


class StaffDoor:
    """The handlers behind the staff page."""

    def __init__(
        self,
        database: Database,
        senders: Senders,
        browsers: Browsers,
        rate: RateLimit,
        rest: Rest,
        history: History,
        city: City,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._senders = senders
        self._browsers = browsers
        self._rate = rate
        self._rest = rest
        self._history = history
        self._city = city
        self._clock = clock

    async def sign_in(self, request: web.Request) -> web.Response:
        """``POST /staff/sign-in/{token}`` with the page's sender: uses the link up, binds the session."""
        body = await read_body(request, SignedIn)
        if language := known(body.language):
            request[LANGUAGE] = language
        sender = await self._senders.read(request, body.sender)
        await self._rate.check(request, str(sender.address))
        language = language_of(request)
        front, token = self._rest.opened(), request.match_info["token"]
        network = client_network(request)
        heard = self._message(sender, f"/bind {token}", language, network)
        good = await self._is_good(token)
        answers = await front.receive(heard)
        account = await self._account(sender) if good else None
        if account is None:
            raise Refused(403, "bad_link")
        for number, answer in enumerate(answers):
            await self._history.push(answer, f"out:{heard.update_id}:{number}")
        await front.receive(self._message(sender, f'/language{{"v":"{language}"}}', language, network))
        response = json_answer({"next": "/staff", **self._picture(account, language)})
        self._browsers.know(response, sender.address)
        return response

    async def session(self, request: web.Request) -> web.Response:
        """``GET /staff/session?sender=``: who is signed in here; 403 when nobody is."""
        sender = await self._senders.read(request, request.query.get("sender", ""))
        await self._rate.check(request, str(sender.address))
        account = await self._account(sender) if sender.proven else None
        if account is None:
            raise Refused(403, "not_staff")
        return json_answer(self._picture(account, language_of(request)))

    async def sign_out(self, request: web.Request) -> web.Response:
        """``POST /staff/sign-out``: the session is nobody's any more."""
        body = await read_body(request, SignedIn)
        sender = await self._senders.read(request, body.sender)
        await self._rate.check(request, str(sender.address))
        async with working(self._database) as unit:
            await unit.staff.end(str(sender.address), self._clock())
        response = json_answer({"next": "/staff"})
        self._browsers.forget(response, sender.address)
        return response

    def _message(self, sender: Sender, text: str, language: str, network: str) -> InboundMessage:
        number = token_hex(16)
        update = update_id(sender.address, number)
        return InboundMessage(
            sender.address, update, self._clock(), text, message_id=number, language=language, network=network
        )

    async def _is_good(self, token: str) -> bool:
        """Whether the link can be used: a session that is bound already must not get a cookie for a wrong one."""
        async with looking(self._database) as unit:
            return await unit.staff.has_link(token, self._clock())

    async def _account(self, sender: Sender) -> StaffAccount | None:
        async with looking(self._database) as unit:
            return await unit.staff.at(str(sender.address), self._clock())

    def _picture(self, account: StaffAccount, language: str) -> dict[str, str]:
        department = self._city.department_name(account.department, language)
        return {"account": account.account, "name": account.name, "department": department}
