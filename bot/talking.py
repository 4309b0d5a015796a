"""``jiesu chat``: the terminal channel with a keyboard in front of it."""

import asyncio
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.app import App, build
from bot.channels.terminal.channel import TerminalChannel
from bot.settings import Settings, SettingsError
from bot.workers.delivery import Delivery
from dialogs.messages import Address
from dialogs.phrasebook import say
from storage.migrate import migrate
from storage.unit import working


class TypedScreen:
    """A terminal that somebody types in; pushes appear above the line that is being typed."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.session: PromptSession[str] = PromptSession("> ")

    def show(self, text: str) -> None:
        """Put lines on the screen."""
        self.console.print(text, markup=False)

    async def ask(self) -> str | None:
        """The next line; None at the end of input."""
        try:
            return await self.session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return None


class PipedScreen:
    """Lines from a pipe: for scripts."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def show(self, text: str) -> None:
        """Put lines on standard output."""
        self.console.print(text, markup=False)

    async def ask(self) -> str | None:
        """The next line; None at the end of input."""
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.rstrip("\n") if line else None


async def talk(settings: Settings, console: Console, account: str, name: str) -> None:
    """Talk until the end of input."""
    app = build(settings)
    await migrate(app.database)
    screen = TypedScreen(console) if sys.stdin.isatty() else PipedScreen(console)
    address = Address("terminal", f"staff-{account}" if account else name)
    if account:
        await bind(app, address, account)
    channel = TerminalChannel(screen, address, app.keep, app.clock)
    delivery = Delivery(
        app.database, {channel.name: channel}, app.city, app.clock, str(address), exports=app.delivery.exports
    )
    app.tasks.spawn(delivery.run(), "delivery")
    screen.show(say(settings.language, "start.chat"))
    try:
        with patch_stdout(raw=True):
            await channel.start(app.turns)
    finally:
        await delivery.drain()
        await app.tasks.aclose()
        await app.database.aclose()


async def bind(app: App, address: Address, account: str) -> None:
    """Who can start programs here may speak as staff; the account must exist."""
    async with working(app.database) as unit:
        found = await unit.staff.get(account)
        if found is None or not found.active:
            raise SettingsError(f"--as: there is no account {account!r}; add it with: jiesu staff add {account}")
        await unit.staff.bind(str(address), account, app.clock())
