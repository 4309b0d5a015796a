"""Who thinks better of taking a case back keeps it; a reason stays a reason."""

import pytest

from dialogs.forms.followups import is_to_go_on


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
