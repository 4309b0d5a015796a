"""``jiesu demo``: example cases, filed and worked through the same doors as real ones."""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from rich.console import Console

from bot.app import App, build
from bot.settings import Settings
from bot.staff.accounts import make_account
from cases.casework import replies
from cases.casework.citizens import CitizenDesk
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES, Outcome
from cases.rules.desk import Complaint
from dialogs.draft import Draft, facts
from dialogs.phrasebook import say
from storage.migrate import migrate
from storage.staff import StaffAccount
from storage.unit import working

EXAMPLES = Path(__file__).parent / "demo.yml"
SEED = 20261123


async def fill(settings: Settings, console: Console, count: int) -> None:
    """File `count` examples over the last weeks, and work some of them."""
    app = build(settings)
    await migrate(app.database)
    examples = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    chance = Random(SEED)
    try:
        for number, example in enumerate(itertools.islice(itertools.cycle(examples["cases"]), count)):
            await one(app, example, number, chance)
        console.print(say(settings.language, "start.demo", count=count), markup=False)
    finally:
        await app.database.aclose()


async def one(app: App, example: dict[str, Any], number: int, chance: Random) -> None:
    """File one example some days ago, and take it as far as it says."""
    filed = app.clock() - timedelta(days=chance.randint(0, 20), minutes=chance.randint(0, 600))
    async with working(app.database) as unit:
        work = Work(unit, app.city, filed)
        receipt = await CitizenDesk(work).file(f"demo:{number}", complaint(app, example, filed))
        staff = await handler(work)
        for step, words in steps(example):
            later = Work(unit, app.city, min(filed + timedelta(hours=chance.randint(2, 40)), app.clock()))
            desk = StaffDesk(later, staff, "demo:staff")
            await STEPS[step](desk, receipt.number, *words)


async def answer(desk: StaffDesk, number: str, words: str) -> None:
    """Reply; whatever was asked for is supported."""
    drafted = await replies.reply(desk, number, words)
    for request in drafted.missing:
        await replies.answer(desk, number, request, Outcome.SUPPORTED.value)


STEPS: Mapping[str, Callable[..., Awaitable[object]]] = {
    "accept": StaffDesk.accept,
    "progress": StaffDesk.progress,
    "ask": StaffDesk.ask,
    "reply": answer,
    "approve": replies.approve,
}


def steps(example: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What staff did: names of `STEPS` with their words."""
    for step in example.get("steps", ()):
        name, words = next(iter(step.items())) if isinstance(step, dict) else (step, None)
        yield name, [words] if words else []


async def handler(work: Work) -> StaffAccount:
    """The account that works the examples."""
    return await make_account(work, "demo", "demo", work.city.intake_department, frozenset(STAFF_ROLES))


def complaint(app: App, example: dict[str, Any], now: Any) -> Complaint:
    """What the dialogue would have made of the words."""
    words = example["words"]
    meaning = app.turns.understand(words, now=now, asked=None)
    slots: dict[str, Any] = {"narrative": {"parts": [{"id": None, "text": words}]}, "contact_way": "chat"}
    slots.update(facts(meaning, slots))
    return Draft(slots, app.city).complaint(meaning.language)
