"""Numbers and codes: a typing error is told apart from an unknown number."""

import secrets
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.tracking import CODE_LENGTH, CODE_LETTERS, BadNumber, number, plain_code, query_code, read_number

DAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
running = st.integers(1, 999_999)


def test_a_number_is_dated_sortable_and_checked() -> None:
    assert number("XF", DAY, 42) == "XF20261123-000042-1"


@given(days, running)
def test_a_number_reads_back_as_people_type_it(day: date, count: int) -> None:
    proper = number("XF", day, count)
    for typed in (proper, proper.lower(), proper.replace("-", ""), proper.replace("-", " "), f"查一下{proper}，谢谢"):
        assert read_number(typed, "XF") == proper


@given(days, running, st.data())
def test_one_wrong_digit_is_noticed(day: date, count: int, data: st.DataObject) -> None:
    proper = number("XF", day, count)
    places = [place for place, letter in enumerate(proper) if letter.isdigit()]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != proper[place]]))
    with pytest.raises(BadNumber):
        read_number(proper[:place] + wrong + proper[place + 1 :], "XF")


@given(st.text())
def test_any_text_is_read_without_trouble(text: str) -> None:
    try:
        found = read_number(text, "XF")
    except BadNumber:
        return
    assert found is None or found.startswith("XF")


def test_codes_have_forty_bits_and_no_letters_that_look_alike() -> None:
    assert len(CODE_LETTERS) ** CODE_LENGTH >= 2**39
    assert not set("01IO") & set(CODE_LETTERS)
    codes = {query_code(secrets.choice) for _ in range(1000)}
    assert len(codes) == 1000


def test_a_code_is_read_as_it_was_printed() -> None:
    assert plain_code(" k4q9-7tmx ") == "K4Q97TMX"
