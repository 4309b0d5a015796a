"""Arrays go to a file and are mapped from it: the same, aligned, not to be written to, and never damaged unseen."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from intents import mapped

TYPES = st.sampled_from([np.int8, np.uint8, np.uint32, np.uint64, np.float16, np.float32])
ANY = TYPES.flatmap(lambda kind: arrays(kind, array_shapes(max_dims=2, max_side=20)))
NAMES = st.text("abcdefg.字", min_size=1, max_size=30).filter(lambda name: name.strip("."))


@settings(max_examples=50)
@given(st.dictionaries(NAMES, ANY, max_size=6), st.dictionaries(st.text(max_size=5), st.integers()))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, given: dict[str, NDArray[np.generic]], told: dict[str, int]
) -> None:
    path = tmp_path_factory.mktemp("mapped") / "some.npz"
    mapped.write(path, told, given)
    found = mapped.arrays(path)
    assert mapped.about(path) == told
    assert found.keys() == given.keys()
    for name, array in given.items():
        assert found[name].dtype == array.dtype
        assert found[name].tobytes() == array.tobytes()
        assert found[name].shape == array.shape


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of two arrays."""
    path = tmp_path / "some.npz"
    mapped.write(path, {}, {"odd": np.arange(3, dtype=np.uint8), "keys": np.arange(1_000, dtype=np.uint64)})
    return path


def test_arrays_are_aligned_and_cannot_be_written_to(path: Path) -> None:
    for array in mapped.arrays(path).values():
        assert array.flags.aligned
        assert array.ctypes.data % 64 == 0
        assert not array.flags.writeable


def test_the_same_content_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    mapped.write(tmp_path / "again.npz", {}, mapped.arrays(path))
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_numpy_reads_it_too(path: Path) -> None:
    with np.load(path) as found:
        assert found["keys"].sum() == 999 * 500


def test_every_damaged_byte_of_an_array_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    at = whole.index(np.arange(500, 502, dtype=np.uint64).tobytes())
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    with pytest.raises(ValueError, match="damaged"):
        mapped.arrays(path)


def test_half_a_file_is_none(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(BadZipFile):
        mapped.arrays(path)


def test_a_compressed_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "packed.npz").open("wb") as file:
        np.savez_compressed(file, keys=np.arange(1_000))
    with pytest.raises(ValueError, match="compressed"):
        mapped.arrays(tmp_path / "packed.npz")
