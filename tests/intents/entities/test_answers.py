"""A message as the answer to a question: a place is what could be one, "as you like" is nothing."""

from datetime import datetime, timedelta, timezone

import pytest

from intents.understanding import understand

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("said", ["铁西", "老车站", "天天超市", "太平洋百货", "一直往前走到头", "the old mill"])
def test_where_is_answered_by_what_may_be_a_name(said: str) -> None:
    assert understand(said, now=NOW, asked="place").first("place") is not None


@pytest.mark.parametrize("said", ["坏了", "一直没人修", "没有水用", "臭死了", "一个月了", "it is broken"])
def test_where_is_not_answered_by_what_happened(said: str) -> None:
    assert understand(said, now=NOW, asked="place").first("place") is None


@pytest.mark.parametrize("asked", ["requests", "contact_way", "time"])
@pytest.mark.parametrize("said", ["随便", "都行", "你们看着办吧", "I don't mind"])
def test_as_you_like_is_no_answer(said: str, asked: str) -> None:
    assert understand(said, now=NOW, asked=asked).first("absent") is not None
