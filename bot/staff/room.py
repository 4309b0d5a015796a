"""The staff room: finds the command in what a member of staff says, does it, and words what was refused."""

from collections.abc import Container, Sequence

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from bot.staff.accounts import LINK_PREFIX, Accounts, bound
from bot.staff.cards import Cards
from bot.staff.commands import COMMANDS, allowed
from bot.staff.listening import Listening
from bot.staff.parsing import NUMBER, Call, Expected, read_call
from bot.staff.speaking import Command, Exporter, Room, Said, usage
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import Status
from cases.rules.desk import DeskError
from dialogs.messages import Button, InboundMessage, OutboundMessage
from dialogs.phrasebook import DEFAULT_LANGUAGE, say
from dialogs.runner.reading import Understand
from storage.staff import StaffAccount

BIND = "bind"
START = "start"
NEAR, MOST_NEAR = 60, 3
"""Of 100, how much a mistyped name shares with one that is offered for it; how many are offered."""
LONGEST_NAME = 20
OTHER_STEP = frozenset({"refused.status", "refused.done_before", "refused.accept_first", "refused.accepted_before"})
"""Refusals because of where the case stands."""
STAFF_WORDS = {"track.not_found": "staff.not_found"}
"""What citizens are told has other words for staff."""


class StaffRoom:
    """What `bot.turns` asks before the dialogue."""

    def __init__(self, exporter: Exporter, accounts: Accounts, others: Container[str], understand: Understand) -> None:
        """`others`: commands that are the dialogue's, for staff too. `understand` tells a story from a command."""
        self.exporter = exporter
        self.accounts = accounts
        self.others = others
        self.listening = Listening(understand)

    async def link(self, work: Work, message: InboundMessage) -> Sequence[OutboundMessage] | None:
        """Bind the sender when the message carries a one-time link: ``/bind TOKEN``, or a deep link."""
        token = link_token(message)
        if token is None:
            return None
        language = await self._language(work, message)
        account = await bound(work, token, str(message.address), message.network)
        if account is None:
            return (OutboundMessage(message.address, say(language, "staff.bad_link")),)
        words = say(
            language,
            "staff.bound",
            name=account.name,
            department=work.city.department_name(account.department, language),
            roles=say(language, "draft.and").join(say(language, f"role.{role}") for role in sorted(account.roles)),
        )
        return (OutboundMessage(message.address, words, Cards(work.city, language, work.now).start_buttons()),)

    async def command(
        self, work: Work, account: StaffAccount, message: InboundMessage, language: str
    ) -> Sequence[OutboundMessage] | None:
        """Do a staff command, or say that there is none of that name; None when it is none of ours."""
        desk = StaffDesk(work, account, str(message.address))
        room = Room(desk, Cards(work.city, language, work.now), self.exporter, message.address, self.accounts)
        said = await self._said(room, message)
        if said is None:
            return None
        replaces = message.message_id if said.replace and message.tapped else None
        custom = {"fleeting": True} if said.fleeting else {}
        return (OutboundMessage(message.address, said.text, said.buttons, said.attachments, replaces, custom),)

    async def _said(self, room: Room, message: InboundMessage) -> Said | None:
        heard = read_call(message.text) or await self._in_words(room, message)
        if heard is None or isinstance(heard, Said):
            return heard
        if not self._is_for_us(heard, message):
            return None
        if heard.word not in COMMANDS:
            return unknown(room, heard)
        return await self._do(room, COMMANDS[heard.word], heard)

    async def _in_words(self, room: Room, message: InboundMessage) -> Call | Said | None:
        """Without a slash, in private."""
        if not message.private:
            return None
        try:
            return await self.listening.hear(room, message)
        except DeskError as error:
            room.desk.refused("case", "", error.key)
            return Said(worded(room, error))

    def _is_for_us(self, call: Call, message: InboundMessage) -> bool:
        """A name that is nobody's is mistyped; in a group it may be another bot's."""
        return call.word in COMMANDS or (message.private and call.word not in self.others)

    async def _do(self, room: Room, command: Command, call: Call) -> Said:
        try:
            room.desk.may(command.name)
            return await command.run(room, call.rest)
        except Expected:
            return Said(usage(room, command.name, subject_of(call)))
        except DeskError as error:
            room.desk.refused(command.name, subject_of(call), error.key)
            return await refused(room, subject_of(call), error)

    async def _language(self, work: Work, message: InboundMessage) -> str:
        kept = await work.unit.conversations.peek(str(message.address))
        spoken = (kept.language if kept else "") or (message.language or "")[:2]
        return spoken or DEFAULT_LANGUAGE


async def refused(room: Room, number: str, error: DeskError) -> Said:
    """Why it cannot be done; where the case is at another step, who has it and what can be done with it now."""
    if error.key not in OTHER_STEP:
        return Said(worded(room, error))
    file = await room.desk.open(number)
    cards, look = room.cards, Button(room.cards.text("button.open_case"), f"/case {file.case.number}")
    lines = (worded(room, error), *cards.handled(file), *cards.how_to(file))
    return Said("\n".join(lines), (*cards.buttons(file), (look,)))


def unknown(room: Room, call: Call) -> Said:
    """No command is called so: those whose names are near are one tap away, with how they are typed."""
    found = process.extract(call.word, allowed(room), scorer=ratio, limit=MOST_NEAR, score_cutoff=NEAR)
    near = tuple(Button(f"/{name}", f"/help {name}") for name, _, _ in found)
    button = Button(room.cards.text("staff.button_help"), "/help")
    words = room.cards.text("staff.unknown_command", word=call.word[:LONGEST_NAME])
    return Said(words, (near, (button,)) if near else ((button,),))


def link_token(message: InboundMessage) -> str | None:
    """The one-time token that a message carries."""
    if message.start and message.start.startswith(LINK_PREFIX):
        return message.start.removeprefix(LINK_PREFIX)
    call = read_call(message.text)
    if call and call.word == BIND and call.rest:
        return call.rest.removeprefix(LINK_PREFIX)
    if call and call.word == START and call.rest.startswith(LINK_PREFIX):
        return call.rest.removeprefix(LINK_PREFIX)
    return None


def subject_of(call: Call) -> str:
    """The case's number that a call names, for the log; nothing else that was typed."""
    found = NUMBER.match(call.rest)
    return found["number"] if found else ""


def worded(room: Room, error: DeskError) -> str:
    """A refusal in words: roles, status and action by their names."""
    values = dict(error.values)
    text = room.cards.text
    if "roles" in values and isinstance(values["roles"], list):
        values["roles"] = text("draft.and").join(text(f"role.{role}") for role in values["roles"])
    if "status" in values:
        values["status"] = room.cards.status(Status(str(values["status"]))) if values["status"] else ""
    if error.key == "refused.helper":
        values["department"] = room.cards.department(str(values["department"]))
    if "action" in values:
        values["action"] = text(f"action.{values['action']}")
    return text(STAFF_WORDS.get(error.key, error.key), **values)
