"""A hostile message becomes readable, and every position keeps its meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.reading import LIMIT, clean, compact, language_of, read

ANYTHING = st.text(st.characters(), max_size=300) | st.text(
    st.characters(categories=["Cs", "Cf", "Cc", "So"]), max_size=60
)


@given(ANYTHING)
def test_any_string_is_read_with_its_length_kept(message: str) -> None:
    reading = read(message)
    assert len(reading.plain) == len(reading.text) <= LIMIT
    assert "".join(reading.words) == reading.plain
    reading.text.encode("utf-8")


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("電話１３８０Ａ", "电话1380a"),
        ("計程車司機繞路", "出租车司机绕路"),
        ("裏面漏水，請處理！", "里面漏水，请处理！"),
        ("Gas LEAK　now", "gas leak now"),
        ("你\u200b好\u202e\x00", "你好"),
    ],
)
def test_width_case_and_script_are_made_one(message: str, plain: str) -> None:
    assert read(message).plain == plain


def test_a_message_of_a_million_characters_is_capped() -> None:
    assert len(clean("水" * 1_000_000)) == LIMIT


def test_line_breaks_stay() -> None:
    assert clean("一\r\n二\r三") == "一\n二\n三"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello there", "en"),
        ("你好", "zh"),
        ("KTV太吵了", "zh"),
        ("", "zh"),
        ("12345", "zh"),
        ("no water in 3栋", "en"),
    ],
)
def test_the_script_that_carries_the_text_is_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_compact_leaves_letters_and_digits() -> None:
    assert compact("转 人工！！") == "转人工"
