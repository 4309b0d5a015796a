"""Masking: what lists, logs and ordinary exports show of a person."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.privacy import (
    DOOR,
    ENGLISH_DOOR,
    IDENTITY,
    LANDLINE,
    PHONE,
    mask_address,
    mask_name,
    mask_phone,
    mask_place,
    mask_text,
)

PIECES = (
    *"0123456789 -\t\u0663\uff11xX+",
    "86",
    "138",
    "1234",
    "0571",
    "\u53f7",
    "\u5355\u5143",
    " Main ",
    "Road",
    " St",
)
STORIES = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳修文", "欧***"), ("Smith", "S***"), ("李", "李*"), ("", "")]
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812341234", "138****1234"), ("+8613812341234", "138****1234"), ("", ""), ("8812", "****12")],
)
def test_phones(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_numbers_in_a_story() -> None:
    story = "我电话13812341234，身份证11010519491231002X，家里0999-8812300"
    assert mask_text(story) == "我电话138****1234，身份证110105********002X，家里0999-****2300"


def test_the_door_of_a_place() -> None:
    assert mask_place("幸福路88号3栋502室") == "幸福路**号**栋**室"


def test_where_a_person_is_reached() -> None:
    assert mask_address("telegram:3527065") == "telegram:****65"


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from(["", "，", " ", "电话", "\n"]))
def test_no_mobile_number_survives(phone: str, around: str) -> None:
    assert phone not in mask_text(f"请打{around}{phone}{around}谢谢")


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    assert not re.search(r"(?<!\d)1\d{10}(?!\d)", mask_text(text))
    mask_name(text), mask_phone(text), mask_place(text), mask_address(text)


@given(STORIES)
def test_the_quick_look_overlooks_nothing(text: str) -> None:
    shown = LANDLINE.sub(r"\1-****\3", PHONE.sub(r"\1****\3", IDENTITY.sub(r"\1********\2", text)))
    assert mask_text(text) == shown
    assert mask_place(text) == DOOR.sub("**", ENGLISH_DOOR.sub("**", text) if " " in text else text)


@given(STORIES)
def test_of_a_phone_only_its_digits_count(phone: str) -> None:
    assert mask_phone(phone) == mask_phone(re.sub(r"\D", "", phone))
