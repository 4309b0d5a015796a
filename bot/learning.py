"""``jiesu train`` and ``jiesu evaluate``: the understanding learns, and is measured."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.settings import Settings, SettingsError
from dialogs.phrasebook import say
from intents.corpus import evaluation_part
from intents.evaluation import evaluate as measure
from intents.evaluation import table
from intents.model import ModelFolder
from intents.model import load as load_model
from intents.office import HistoryError, read_history
from intents.office import train as learn
from intents.pictures import draw


async def train(settings: Settings, console: Console, source: Path) -> None:
    """Train on the office's history; say what came of it. A running bot takes the new model within seconds."""
    try:
        history = await asyncio.to_thread(read_history, source)
        outcome = await asyncio.to_thread(learn, history, ModelFolder(settings.folder / "model"))
    except (HistoryError, OSError) as error:
        raise SettingsError(f"--from: {error}") from None
    words = say(
        settings.language,
        "learning.kept" if outcome.kept else "learning.refused",
        cases=outcome.cases,
        before=f"{outcome.before.macro_f1:.3f}",
        after=f"{outcome.after.macro_f1:.3f}",
    )
    console.print(words, markup=False)


async def evaluate(settings: Settings, console: Console, picture: Path | None) -> None:
    """Print the measures of the model in use, and draw the first level's."""
    model = load_model(ModelFolder(settings.folder / "model").current())
    found = await asyncio.to_thread(measure, model, evaluation_part())
    for name, measured in found.items():
        console.print(table(measured, name), markup=False)
    if picture:
        await asyncio.to_thread(draw, found["first"], picture)
