"""Letters without their function words keep what they are about."""

from intents.corpus import Sentence
from intents.shortening import LETTER, shortened

LETTER_TEXT = (
    "尊敬的领导您好，" + "我们小区的电梯已经坏了两个月，物业说没有钱修，老人上下楼都很困难，" * 2 + "请你们来看一看。"
)


def letter(text: str, language: str = "zh", first: str = "商贸旅游") -> Sentence:
    return Sentence(text, language, "file", first, "质监检验检疫", "投诉", "ordinary")


def test_a_letter_comes_once_more_with_only_the_words_that_carry_something() -> None:
    [(told, short)] = shortened([letter(LETTER_TEXT)])
    assert told.text == LETTER_TEXT
    assert "电梯" in short.text and "物业" in short.text
    assert not set("，。的了") & set(short.text)
    assert (short.first_level, short.second_level, short.kind) == (told.first_level, told.second_level, told.kind)


def test_short_messages_english_ones_and_those_about_no_matter_stay_as_they_are() -> None:
    few = letter(LETTER_TEXT[: LETTER - 1])
    assert not list(shortened([few, letter(LETTER_TEXT, "en"), letter(LETTER_TEXT, first="")]))
