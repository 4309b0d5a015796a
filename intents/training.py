"""Makes models: the one that is shipped, and an office's own, which is kept only where it is better.

``python -m intents.training`` writes the shipped model from the corpus beside this file.
"""

from dataclasses import replace
from pathlib import Path

from intents.corpus import FOLDER, Sentence, fingerprint, training_part
from intents.lexicon import FOLDER as LEXICON
from intents.model import SHIPPED, Model, save
from intents.recipe import Example, Recipe, cook, of_sentence
from intents.shortening import shortened

SHIPPED_RECIPE = Recipe(keyword_weight=0.5, bayes=0.7, balance=0.5, rarity=1.3, support=0.3, least=0.1, folds=10)
# How much a letter without its function words counts beside the letter
_SHORTENED = 0.6


def source_hash() -> str:
    """What the shipped model depends on: the training sentences and the lexicon's phrases."""
    lexicon = (LEXICON / f"{name}.yml" for name in ("matters", "phrases", "concepts", "function_words"))
    return fingerprint(FOLDER / "zh", FOLDER / "en", *lexicon)


def shipped_model(recipe: Recipe | None = None) -> Model:
    """A model of our own corpus alone."""
    sentences = training_part()
    examples = [of_sentence(each) for each in sentences]
    examples += [_beside(told, short) for told, short in shortened(sentences)]
    model = cook(examples, recipe or SHIPPED_RECIPE)
    return replace(model, meta={"corpus": source_hash(), "sentences": len(sentences)})


def _beside(told: Sentence, short: Sentence) -> Example:
    """The shortened letter as an example that is held back together with the whole one."""
    return replace(of_sentence(short), weight=_SHORTENED, group=of_sentence(told).group, said=None)


def main(path: Path = SHIPPED) -> None:
    """Train on the corpus and write the shipped model."""
    save(shipped_model(), path)


if __name__ == "__main__":
    main()
