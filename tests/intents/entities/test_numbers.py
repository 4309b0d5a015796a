"""Numbers that name something: found, normalised, checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.entities.numbers import numbers_in
from intents.reading import read


@pytest.mark.parametrize(
    ("said", "kind", "value", "valid"),
    [
        ("电话１３８００００１２３４", "phone", "13800001234", True),
        ("打189-7654-3210", "phone", "18976543210", True),
        ("座机0731-88881234", "phone", "073188881234", True),
        ("+86 13800001234", "phone", "13800001234", True),
        ("手机1380000xxxx", "phone", "1380000XXXX", False),
        ("身份证11010519491231002X", "identity_number", "11010519491231002X", True),
        ("身份证110105194912310021", "identity_number", "110105194912310021", False),
        ("车牌湘A12345乱停", "plate", "湘A12345", True),
        ("新能源粤BD12345", "plate", "粤BD12345", True),
        ("欠我3.5万元", "amount", "35000", True),
        ("拖欠三万二千元", "amount", "32000", True),
        ("押金500块钱", "amount", "500", True),
        ("一共一百二十块", "amount", "120", True),
        ("收了￥1,999", "amount", "1999", True),
        ("owes me 3,000 yuan", "amount", "3000", True),
        ("查 xf20261123-000042-7", "case_number", "XF20261123-000042-7", True),
        ("查询码是k4q9", "query_code", "K4Q9", True),
    ],
)
def test_a_number_is_known_for_what_it_is(said: str, kind: str, value: str, valid: bool) -> None:
    (found,) = numbers_in(read(said))
    assert (found.type, found.value, found.valid) == (kind, value, valid)
    assert found.text == said[found.start : found.end]


@pytest.mark.parametrize("said", ["买了两块地", "12345热线", "2024年3月", "三栋四单元", "一角落里", "面积120平方"])
def test_other_numbers_are_left_alone(said: str) -> None:
    assert numbers_in(read(said)) == []


@given(st.text("0123456789xX-湘A元万块.,十百千 码:+", max_size=40))
def test_no_heap_of_digits_breaks_it(said: str) -> None:
    reading = read(said)
    found = numbers_in(reading)
    assert all(each.text == reading.text[each.start : each.end] and each.value for each in found)
