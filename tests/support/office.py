"""An office in a test: the real parts, wired as the bot wires them, with people who talk in a terminal."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.contract import Front
from bot.channels.terminal.channel import TerminalChannel
from bot.export.exporting import StaffExporter
from bot.keep import Keeper
from bot.letters.making import LetterMaker
from bot.letters.paper import FRAME
from bot.letters.wording import Templates
from bot.staff.accounts import Accounts, make_account, make_link
from bot.staff.room import StaffRoom
from bot.turns import Turns
from bot.workers.delivery import Delivery
from bot.workers.periodic import Housekeeping
from cases.casework.work import Work
from cases.rules.case import Case, Role
from cases.rules.city import SAMPLE, City
from dialogs.engine import Engine
from dialogs.messages import Address, OutboundMessage
from intents.understanding import understand
from storage.attachments import AttachmentFiles
from storage.session import Database
from storage.unit import looking, working
from tests.support.clock import TestClock


@dataclass
class Screen:
    """What a person saw, newest last."""

    shown: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        """Something appears."""
        self.shown.append(text)

    async def ask(self) -> str | None:
        """Nobody types by themselves."""
        return None


@dataclass
class Person:
    """Somebody at a terminal."""

    channel: TerminalChannel
    screen: Screen
    front: Front
    answers: list[OutboundMessage] = field(default_factory=list)

    async def says(self, *lines: str) -> str:
        """Type lines one after another; what the last one was answered."""
        for line in lines:
            self.answers = list(await self.channel.hear(self.front, line))
        return "\n".join(answer.text for answer in self.answers)

    async def taps(self, payload: str) -> str:
        """Tap the button with that payload; it must be there."""
        assert payload in self.payloads, f"{payload} is not among {self.payloads}"
        return await self.says(payload)

    @property
    def payloads(self) -> list[str]:
        """The payloads of the buttons that were shown last."""
        return [button.payload for answer in self.answers for row in answer.buttons for button in row]


class Terminals:
    """The terminals of everybody, as one channel for the delivery."""

    name = "terminal"
    replies_by_outbox = False
    limits = None
    shows_once = False

    def __init__(self) -> None:
        self.by_id: dict[str, TerminalChannel] = {}
        self.sent: list[OutboundMessage] = []

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """A push appears on the screen of whom it is for."""
        self.sent.append(message)
        return await self.by_id[message.address.id].send(message, key=key)

    async def start(self, front: Front) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


class Office:
    """Turns, staff room, export and delivery on one database."""

    def __init__(self, database: Database, engine: Engine, city: City, clock: TestClock, folder: Path) -> None:
        self.database, self.city, self.clock = database, city, clock
        self.files = AttachmentFiles(folder / "attachments", database.sealer)
        self.keep = Keeper(database, self.files, clock)
        self.terminals = Terminals()
        exporter = StaffExporter(database, city, self.files, folder / "exports", clock)
        room = StaffRoom(exporter, Accounts(lambda token: token), engine.commands, understand)
        letters = LetterMaker(database, self.files, Templates(city, SAMPLE), SAMPLE / FRAME, "secret", clock)
        self.delivery = Delivery(database, {"terminal": self.terminals}, city, clock, letters=letters, exports=exporter)
        self.house = Housekeeping(database, city, clock, lambda: None, self.files)
        self.turns = Turns(database, engine, city, understand, room, clock, frozenset(), lambda: None)

    def person(self, name: str) -> Person:
        """Somebody new at a terminal."""
        screen = Screen()
        channel = TerminalChannel(screen, Address("terminal", name), self.keep, self.clock)
        self.terminals.by_id[name] = channel
        return Person(channel, screen, self.turns)

    async def staff(self, account: str, department: str, *roles: Role) -> Person:
        """Somebody of a department at a terminal, bound by a one-time link."""
        async with working(self.database) as unit:
            work = Work(unit, self.city, self.clock())
            await make_account(work, account, account, department, frozenset(roles))
            token = await make_link(work, account)
        person = self.person(account)
        await person.says(f"/bind {token}")
        return person

    async def exported(self, person: Person, words: str) -> bytes:
        """The file that follows ``/export``."""
        answer = await person.says(f"/export {words}")
        before = len(self.terminals.sent)
        await self.delivers()
        files = [file for message in self.terminals.sent[before:] for file in message.attachments]
        assert files, answer
        return await self.files.read(files[0].key)

    async def delivers(self) -> None:
        """Everything that is due arrives."""
        await self.delivery.drain()


async def filed(citizen: Person, story: str = "") -> str:
    """A complaint is filed in the ordinary way; its number."""
    await citizen.says(story or STORY)
    await citizen.says('/contact{"v":"chat"}')
    await citizen.says("/submit")
    (receipt,) = citizen.answers
    return str(receipt.custom["case"])


async def case_of(office: Office, number: str) -> Case:
    """The case as it is kept."""
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
    assert case
    return case


STORY = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
