"""The wiring: the only module that knows every part. `build` puts them together, `App` runs them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot import figures
from bot.channels.contract import Channel
from bot.channels.doors import unlisted
from bot.channels.webchat import WebChatChannel
from bot.considering import Consider, considering
from bot.export.exporting import StaffExporter
from bot.keep import Keeper
from bot.letters.making import LetterMaker
from bot.letters.paper import FRAME
from bot.letters.wording import FILE as LETTERS
from bot.letters.wording import Templates
from bot.llm import LanguageModel
from bot.scanning import Scanner
from bot.settings import Settings, SettingsError, sealer, secret_key
from bot.staff.accounts import Accounts, make_account, make_link
from bot.staff.room import StaffRoom
from bot.tasks import Tasks
from bot.turns import Turns
from bot.workers.delivery import Delivery
from bot.workers.pacing import SharedTurnstile
from bot.workers.periodic import Housekeeping
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES
from cases.rules.city import SAMPLE, City, CityError
from dialogs.engine import Engine
from dialogs.phrasebook import LANGUAGES
from dialogs.ports import Services
from intents.gazetteer import Gazetteer, Row
from intents.model import ModelFolder
from intents.understanding import Understander
from storage.attachments import AttachmentFiles
from storage.migrate import migrate
from storage.session import Database
from storage.unit import working

FIRST_ACCOUNT = "admin"
MODEL_LOOK = 10.0
"""Seconds between looks for a new model."""
QUIET = 5.0
"""Seconds after which the start has not to be waited for any more."""


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass
class App:
    """Everything that runs, and how to stop it."""

    settings: Settings
    database: Database
    city: City
    engine: Engine
    keep: Keeper
    files: AttachmentFiles
    turns: Turns
    delivery: Delivery
    webchat: WebChatChannel
    understander: Understander
    clock: Callable[[], datetime]
    channels: dict[str, Channel] = field(default_factory=dict)
    language_model: LanguageModel | None = None
    tasks: Tasks = field(default_factory=Tasks)

    def watched(self) -> web.Application:
        """The aiohttp application of a process that takes nothing in: only what is seen from outside."""
        app = web.Application()
        self.webchat.watched(app)
        return app

    def web(self) -> web.Application:
        """The aiohttp application with every route."""
        app = web.Application()
        self.webchat.routes(app)
        telegram = self.channels.get("telegram")
        if telegram is not None and hasattr(telegram, "routes"):
            telegram.routes(app)
        if strangers := unlisted(app):
            raise RuntimeError(f"routes that are not in the table of bot.channels.doors: {', '.join(strangers)}")
        return app

    async def start(self) -> None:
        """Begin to take messages and to deliver."""
        self.understander.load(self.settings.language)
        for channel in self.channels.values():
            await channel.start(self.turns)
        self.tasks.spawn(self.delivery.run(), "delivery")
        self.tasks.spawn(self._new_models(), "models")
        self.tasks.spawn(self._other_languages(), "languages")
        self.tasks.spawn(self.housekeeping().run(), "housekeeping")

    def housekeeping(self) -> Housekeeping:
        """What has to be done now and then."""
        return Housekeeping(self.database, self.city, self.clock, self.delivery.wake, self.files)

    async def stop(self) -> None:
        """Stop in the other order; nothing that was acknowledged is lost, and what is being sent arrives."""
        await self.delivery.stop()
        for channel in self.channels.values():
            await channel.stop()
        await self.tasks.aclose()
        if self.language_model is not None:
            await self.language_model.aclose()
        await self.database.aclose()

    async def _new_models(self) -> None:
        """Take a model that ``jiesu train`` put to use, without a restart."""
        newest = ModelFolder(self.settings.folder / "model")
        used = newest.current()
        figures.uses(used.parent.name)
        while True:
            await asyncio.sleep(MODEL_LOOK)
            if newest.current() != used:
                used = newest.current()
                await asyncio.to_thread(self.understander.reload)
                figures.uses(used.parent.name)

    async def _other_languages(self) -> None:
        """Read what the languages that are seldom spoken here are read with, once nobody waits for the start."""
        await asyncio.sleep(QUIET)
        for language in LANGUAGES:
            await asyncio.to_thread(self.understander.load, language)

    async def first_link(self) -> str:
        """A one-time sign-in link for the first account, which is made when nobody works here yet."""
        async with working(self.database) as unit:
            work = Work(unit, self.city, self.clock())
            if not await unit.staff.all():
                await make_account(
                    work, FIRST_ACCOUNT, FIRST_ACCOUNT, self.city.intake_department, frozenset(STAFF_ROLES)
                )
            account = next((each.account for each in await unit.staff.all() if each.active), FIRST_ACCOUNT)
            return sign_in_link(self.settings, await make_link(work, account))


def sign_in_link(settings: Settings, token: str) -> str:
    """Where a one-time token is used."""
    return f"{settings.base_url}/staff/sign-in/{token}"


def load_city(folder: Path) -> City:
    """The city; a mistake in its files is a wrong setting."""
    try:
        return City.load(folder)
    except CityError as error:
        raise SettingsError(f"JIESU_CITY: {error}") from None


def own_or_sample(folder: Path, name: str) -> Path:
    """The city's own file, else the sample city's."""
    return folder / name if (folder / name).exists() else SAMPLE / name


def load_templates(city: City, folder: Path) -> Templates:
    """The city's letters; a mistake in them is a wrong setting. The sample's are ours: tests try them, and no start has
    to wait for it.
    """
    try:
        place = own_or_sample(folder, LETTERS).parent
        templates = Templates(city, place)
        if place != SAMPLE:
            templates.check()
        return templates
    except CityError as error:
        raise SettingsError(f"JIESU_CITY: {error}") from None


def gazetteer(city: City) -> Gazetteer:
    """The city's places, for matching what citizens write."""
    return Gazetteer(
        Row(area.district, area.street, area.community, area.grid, area.roads, area.code) for area in city.areas
    )


def build(settings: Settings, clock: Callable[[], datetime] = utc_now) -> App:
    """Put everything together; raise `SettingsError` for what cannot work. Nothing runs yet."""
    key = secret_key(settings)
    seals = sealer(settings)
    database = Database(settings.database_url, seals)
    city = load_city(settings.city)
    engine = Engine.build()
    files = AttachmentFiles(settings.folder / "attachments", seals)
    keep = Keeper(database, files, clock, Scanner(settings.clamav) if settings.clamav else None)
    exporter = StaffExporter(database, city, files, settings.folder / "exports", clock)
    webchat = WebChatChannel(
        database=database, engine=engine, keep=keep, city=city, settings=settings, secret_key=key, clock=clock
    )
    channels: dict[str, Channel] = {webchat.name: webchat, webchat.rest.name: webchat.rest}
    if settings.telegram_token.get_secret_value():
        telegram = open_telegram(settings, key, keep, database, clock)
        channels[telegram.name] = telegram
    letters = LetterMaker(
        database, files, load_templates(city, settings.city), own_or_sample(settings.city, FRAME), key, clock
    )
    delivery = Delivery(database, channels, city, clock, letters=letters, exports=exporter)
    queueing = frozenset(name for name, channel in channels.items() if channel.replies_by_outbox)
    model = language_model(settings)
    understander = Understander(settings.folder / "model", gazetteer(city), model)
    accounts = Accounts(lambda token: sign_in_link(settings, token))
    room = StaffRoom(exporter, accounts, engine.commands, understander.understand)
    turns = Turns(
        database,
        engine,
        city,
        figures.counted(understander.understand),
        room,
        clock,
        queueing,
        delivery.wake,
        consider(model, understander),
        {webchat.name: webchat.history},
    )
    return App(
        settings, database, city, engine, keep, files, turns, delivery, webchat, understander, clock, channels, model
    )


def language_model(settings: Settings) -> LanguageModel | None:
    """The language model that unsure messages are shown to, None where the office has none."""
    if not settings.llm_url:
        return None
    key = settings.llm_key.get_secret_value()
    return LanguageModel(settings.llm_url, model=settings.llm_model, key=key, timeout=settings.llm_timeout)


def consider(model: LanguageModel | None, understander: Understander) -> Consider | None:
    """How a message is thought over before its turn; None where there is nobody to ask."""
    return figures.counted_too(considering(understander)) if model else None


def open_telegram(
    settings: Settings, key: str, keep: Keeper, database: Database, clock: Callable[[], datetime]
) -> Channel:
    """The Telegram channel; aiogram takes half a second to import, so only who has a token pays for it."""
    from bot.channels.telegram import TelegramChannel

    async def bury(channel: str, update_id: str, payload: str, error: str) -> None:
        async with working(database) as unit:
            await unit.conversations.bury(channel, update_id, payload, error, clock())

    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        key,
        keep=keep,
        mode=settings.telegram_mode,
        api_url=settings.telegram_api_url or None,
        public_url=settings.public_url,
        default_language=settings.language,
        dead_letter=bury,
        per_second=settings.telegram_per_second,
        turnstile=SharedTurnstile(database, clock),
    )


@asynccontextmanager
async def running(settings: Settings, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[App]:
    """An app whose database is migrated and whose channels and delivery run, for the length of the block."""
    app = build(settings, clock)
    try:
        await migrate(app.database)
        await app.start()
        yield app
    finally:
        await app.stop()


def open_desk() -> Services:
    """The services for actions in another process (``python -m rasa_sdk --actions dialogs``): the entry point
    ``jiesu.desk``. Each call of the desk is a transaction of its own."""
    from bot.desk import standalone_services

    return standalone_services(utc_now)
