"""``jiesu train`` and ``jiesu evaluate``: the understanding learns, and is measured."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.app import load_city
from bot.settings import Settings, SettingsError, sealer
from cases.casework.lessons import lessons
from cases.rules.city import City, named
from dialogs.phrasebook import LANGUAGES, say
from intents.corpus import Sentence, evaluation_part
from intents.evaluation import evaluate as measure
from intents.evaluation import table
from intents.model import ModelFolder
from intents.model import load as load_model
from intents.office import HistoryError, Levels, enough, read_history
from intents.office import train as learn
from intents.pictures import draw
from intents.reading import language_of
from storage.migrate import migrate
from storage.session import Database
from storage.unit import looking

DATABASE = Path("database")
"""What ``--from`` says for the office's own database."""


async def train(settings: Settings, console: Console, source: Path, corpus: Sequence[Sentence] | None = None) -> None:
    """Train on the office's history; say what came of it. A running bot takes the new model within seconds.

    `source` is an export, or `DATABASE` for the categories on which people settled in our own. `corpus` is what is
    learned beside it, our own training part where it is left out.
    """
    try:
        history = await _settled(settings) if source == DATABASE else await _exported(settings, source)
        outcome = await asyncio.to_thread(learn, history, ModelFolder(settings.folder / "model"), corpus)
    except (HistoryError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--from: {error}") from None
    words = say(
        settings.language,
        "learning.kept" if outcome.kept else "learning.refused",
        cases=outcome.cases,
        before=f"{outcome.before.macro_f1:.3f}",
        after=f"{outcome.after.macro_f1:.3f}",
    )
    console.print(words, markup=False)


async def _exported(settings: Settings, source: Path) -> list[Sentence]:
    return await asyncio.to_thread(read_history, source, known_names(load_city(settings.city)))


async def _settled(settings: Settings) -> list[Sentence]:
    """The cases of our own database whose category people settled on."""
    database = Database(settings.database_url, sealer(settings))
    try:
        await migrate(database)
        async with looking(database) as unit:
            found = [
                Sentence(each.narrative, language_of(each.narrative), "file", each.first_level, each.second_level)
                async for each in lessons(unit)
            ]
    finally:
        await database.aclose()
    return enough(found, str(DATABASE))


def known_names(city: City) -> dict[str, Levels]:
    """The city's categories by their codes and by their names in every language, for reading an export."""
    known: dict[str, Levels] = {}
    for each in city.categories:
        known[each.code] = (each.first_level, each.second_level)
        for language in LANGUAGES:
            first, second = named(each.first_names, language), named(each.second_names, language)
            known.setdefault(f"{first}/{second}", (each.first_level, each.second_level))
            known.setdefault(first, (each.first_level, ""))
    return known


async def evaluate(settings: Settings, console: Console, picture: Path | None) -> None:
    """Print the measures of the model in use, and draw the first level's."""
    model = load_model(ModelFolder(settings.folder / "model").current())
    found = await asyncio.to_thread(measure, model, evaluation_part())
    for name, measured in found.items():
        console.print(table(measured, name), markup=False)
    if picture:
        await asyncio.to_thread(draw, found["first"], picture)
