"""Makes models: the one that is shipped, and an office's own, which is kept only where it is better.

``python -m intents.training`` writes the shipped model from the corpus beside this file.
"""

from dataclasses import replace
from pathlib import Path

from intents.corpus import FOLDER, fingerprint, training_part
from intents.lexicon import FOLDER as LEXICON
from intents.model import SHIPPED, Model, save
from intents.recipe import Recipe, cook, of_sentence

SHIPPED_RECIPE = Recipe(keyword_weight=0.5, bayes=0.7, balance=0.5, rarity=1.3)


def source_hash() -> str:
    """What the shipped model depends on: the training sentences and the lexicon's phrases."""
    return fingerprint(
        FOLDER / "zh", FOLDER / "en", LEXICON / "matters.yml", LEXICON / "phrases.yml", LEXICON / "concepts.yml"
    )


def shipped_model(recipe: Recipe | None = None) -> Model:
    """A model of our own corpus alone."""
    sentences = training_part()
    model = cook([of_sentence(each) for each in sentences], recipe or SHIPPED_RECIPE)
    return replace(model, meta={"corpus": source_hash(), "sentences": len(sentences)})


def main(path: Path = SHIPPED) -> None:
    """Train on the corpus and write the shipped model."""
    save(shipped_model(), path)


if __name__ == "__main__":
    main()
