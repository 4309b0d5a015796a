"""Long texts are cut where a reader would cut them, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.splitting import PART_UNITS, clean, split, units

words = st.text(st.sampled_from("a诉😀 \n\ud83d"), max_size=200)


@given(text=words, limit=st.integers(2, 40))
def test_every_part_fits_is_not_blank_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < units(part) <= limit and part == part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(clean(text).split())


@given(st.text())
def test_units_are_counted_as_telegram_counts_them(text: str) -> None:
    assert units(clean(text)) == len(clean(text).encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", [], id="nothing to send"),
        pytest.param(" \n ", [], id="white space is refused by Telegram"),
        pytest.param("aaaa aa\nbbb", ["aaaa aa", "bbb"], id="at a line's end"),
        pytest.param("aaa\naa\n\nb\nb", ["aaa\naa", "b\nb"], id="rather between paragraphs"),
        pytest.param("aaaa aaa bbb", ["aaaa aaa", "bbb"], id="at a space"),
        pytest.param("a" * 11, ["a" * 10, "a"], id="anywhere, if it must be"),
        pytest.param("😀" * 6, ["😀" * 5, "😀"], id="never through a letter"),
    ],
)
def test_where_it_is_cut(text: str, parts: list[str]) -> None:
    assert split(text, 10) == parts


def test_a_part_is_shorter_than_telegram_allows() -> None:
    assert PART_UNITS < 4096
    assert [units(part) for part in split("诉" * 9000)] == [4000, 4000, 1000]
