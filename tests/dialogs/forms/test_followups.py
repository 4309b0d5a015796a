"""Who thinks better of taking a case back keeps it; a reason stays a reason."""

import pytest

from dialogs.forms.followups import is_reason, is_to_go_on


@pytest.mark.parametrize(
    "said", ["不撤了", "算了还是要投诉", "继续处理吧", "不要", "等一下", "no, keep it", "don't withdraw it", "No."]
)
def test_it_goes_on(said: str) -> None:
    assert is_to_go_on(said)


@pytest.mark.parametrize(
    "said", ["", "没有", "邻居来道歉了", "不用继续处理了", "已经解决了，谢谢", "they said sorry", "no longer needed"]
)
def test_it_is_taken_back(said: str) -> None:
    assert not is_to_go_on(said)


@pytest.mark.parametrize(
    "said", ["邻居来道歉了", "已经修好了", "因为我搬走了", "不想投诉了", "they said sorry", "it is fixed now"]
)
def test_why_a_case_is_taken_back(said: str) -> None:
    assert is_reason(said)


@pytest.mark.parametrize(
    "said",
    [
        "那他们会不会不管了", "什么时候能修好", "但是我可以带你们去现场", "要回执",
        "我的意思是不要打电话", "我不想说名字",
        "what happens then?", "but it is not solved",
    ],
)  # fmt: skip
def test_a_question_or_anything_else_ends_no_case(said: str) -> None:
    assert not is_reason(said)
