"""Makes models: the one that is shipped, and an office's own, which is kept only where it is better.

``python -m intents.training`` writes the shipped model from the corpus beside this file.
"""

from dataclasses import replace
from pathlib import Path

from intents.corpus import FOLDER, fingerprint, training_part
from intents.lexicon import FOLDER as LEXICON
from intents.making import heaps, letters
from intents.model import SHIPPED, Model, save
from intents.recipe import Recipe, cook, of_sentence

# Few sentences a class, and words of the lexicon as good as they are
SHIPPED_RECIPE = Recipe(keyword_weight=1.0, naive=0.1, balance=0.5)


def source_hash() -> str:
    """What the shipped model depends on: the training sentences and the lexicon's phrases."""
    return fingerprint(
        FOLDER / "zh", FOLDER / "en", LEXICON / "matters.yml", LEXICON / "phrases.yml", LEXICON / "concepts.yml"
    )


def shipped_model(recipe: Recipe | None = None) -> Model:
    """A model of our own corpus alone."""
    numbers, sentences = recipe or SHIPPED_RECIPE, training_part()
    examples = [of_sentence(each) for each in sentences]
    for told, letter in letters(sentences):
        group = of_sentence(told).group
        examples.append(replace(of_sentence(letter), weight=numbers.made_weight, group=group, made=True, said=None))
    for heap in heaps(sentences):
        examples.append(replace(of_sentence(heap), weight=numbers.made_weight, heaped=True, trusted=False, said=None))
    model = cook(examples, numbers)
    return replace(model, meta={"corpus": source_hash(), "sentences": len(sentences)})


def main(path: Path = SHIPPED) -> None:
    """Train on the corpus and write the shipped model."""
    save(shipped_model(), path)


if __name__ == "__main__":
    main()
