"""A model goes to a file and comes back; versions are kept, and the one in use is switched in one step."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from intents import mapped
from intents.features import spans_of
from intents.linear import scores_of, side_by_side
from intents.model import SHIPPED, Model, ModelError, ModelFolder, load, save
from intents.reading import read
from intents.sparse import Sparse
from intents.training import source_hash
from intents.understanding import Understander


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load(SHIPPED)


def test_the_shipped_model_is_of_this_corpus_and_lexicon(shipped: Model) -> None:
    assert shipped.meta["corpus"] == source_hash(), "run: python -m intents.training"


def test_the_shipped_model_is_small() -> None:
    assert SHIPPED.stat().st_size < 30_000_000


def test_a_model_comes_back_as_it_was(shipped: Model, tmp_path: Path) -> None:
    save(shipped, tmp_path / "deep" / "model.npz")
    again = load(tmp_path / "deep" / "model.npz")
    for language in ("zh", "en"):
        one, other = again.of(language), shipped.of(language)
        assert one.first.labels == other.first.labels
        for name in ("first", "second", "kind", "urgency", "intent"):
            assert np.array_equal(getattr(one, name).whole(), getattr(other, name).whole())
            assert getattr(one, name).temperature == getattr(other, name).temperature
    assert again.meta == shipped.meta


def test_heads_that_stand_side_by_side_are_kept_once_and_answer_as_each_would_alone(shipped: Model) -> None:
    tongue = shipped.of("zh")
    heads = (tongue.first, tongue.kind, tongue.urgency)
    assert side_by_side(*heads).whole() is heads[0].whole().base, "a copy of all weights"
    vector = tongue.matter.vector(spans_of(read("昨晚11点开始，工地一直在打桩，吵得孩子没法睡")))
    for head, scores in zip(heads, scores_of(vector, *heads), strict=True):
        assert np.allclose(head.scores(vector), scores, atol=1e-5)


def test_a_model_that_was_just_made_answers_as_it_will_from_its_file(shipped: Model) -> None:
    for tongue in shipped.tongues.values():
        made = replace(tongue.second, weights=tongue.second.whole())
        vector = tongue.matter.vector(spans_of(read("昨晚工地打桩, construction noise at night")))
        assert len(vector.rows)
        assert np.allclose(made.scores(vector), tongue.second.scores(vector), atol=1e-5)


def test_opening_a_model_reads_none_of_its_weights_into_memory() -> None:
    first, second = (load(SHIPPED).of("en").second.weights for _ in range(2))
    assert isinstance(first, Sparse) and isinstance(second, Sparse)
    for array in (first.where, first.loud, first.entries):
        assert not array.flags.owndata
        assert not array.flags.writeable


def test_a_model_of_an_older_format_is_refused_by_name(tmp_path: Path) -> None:
    mapped.write(tmp_path / "model.npz", {"format": 3}, {})
    with pytest.raises(ModelError, match="format 3, expected"):
        load(tmp_path / "model.npz")


def test_a_file_of_before_mapping_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "model.npz").open("wb") as file:
        np.savez_compressed(file, meta=np.zeros(3, np.uint8))
    with pytest.raises(ModelError, match="trained again"):
        load(tmp_path / "model.npz")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x80\x04pickle"])
def test_a_damaged_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load(tmp_path / "none.npz")


def test_an_empty_folder_means_the_shipped_model(tmp_path: Path) -> None:
    assert ModelFolder(tmp_path).current() == SHIPPED


def test_a_kept_model_of_an_older_format_gives_way_to_the_shipped_one_until_one_is_trained(
    shipped: Model, tmp_path: Path
) -> None:
    folder = ModelFolder(tmp_path)
    folder.use(folder.keep(shipped))
    with (tmp_path / "0001" / "model.npz").open("wb") as file:
        np.savez_compressed(file, meta=np.zeros(3, np.uint8))
    assert folder.current() == SHIPPED
    mapped.write(tmp_path / "0001" / "model.npz", {"format": 3}, {})
    assert folder.current() == SHIPPED
    folder.use(folder.keep(shipped))
    assert folder.current() == tmp_path / "0002" / "model.npz"


def test_a_damaged_model_in_use_is_told(shipped: Model, tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    folder.use(folder.keep(shipped))
    folder.current().write_bytes(b"PK")
    with pytest.raises(ModelError):
        load(folder.current())


def test_versions_are_kept_and_the_switch_is_by_name(shipped: Model, tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    first, second = folder.keep(shipped), folder.keep(replace(shipped, meta={"made": "later"}))
    assert folder.versions() == [first, second] == ["0001", "0002"]
    assert folder.current() == SHIPPED
    folder.use(second)
    assert load(folder.current()).meta == {"made": "later"}
    folder.use(first)
    assert load(folder.current()).meta == shipped.meta
    with pytest.raises(ModelError):
        folder.use("0099")


def test_a_running_reader_takes_the_new_version_without_a_restart(shipped: Model, tmp_path: Path) -> None:
    reader = Understander(tmp_path)
    assert reader.model.meta == shipped.meta
    folder = ModelFolder(tmp_path)
    folder.use(folder.keep(replace(shipped, meta={"made": "later"})))
    reader.reload()
    assert reader.model.meta == {"made": "later"}
