"""How many people a story speaks for; what counts other things does not."""

import pytest

from dialogs.forms.counting import people_in


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ("我们36户都没暖气", "21-50"),
        ("涉及60多名教师", "50+"), ("还有二十几个家长也是", "21-50"),
        ("我们村三十多户都联名了", "21-50"),
        ("我们十几个人的工资", "6-20"), ("forty of us were not paid", "21-50"),
        ("we are 12 families", "6-20"), ("我们三个人", "1-5"),
    ],
)  # fmt: skip
def test_how_many_there_are(said: str, people: str) -> None:
    assert people_in(said) == people


@pytest.mark.parametrize(
    "said", ["", "欠我们三个月工资", "楼里住着30户", "我们等了两个小时", "我们5个月没发工资", "three of the lamps"]
)
def test_what_says_nothing_of_people(said: str) -> None:
    assert people_in(said) == ""
