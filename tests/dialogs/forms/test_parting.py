"""Two matters in one story are told apart; a letter about one matter is left in peace."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dialogs.forms.parting import two_matters
from dialogs.talk import Talk
from intents.corpus import evaluation_part
from intents.understanding import SHANGHAI, understand

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI)


def parted(story: str, **slots: Any) -> tuple[str, str] | None:
    """What the story falls into."""
    talk = cast(Talk, SimpleNamespace(slots=slots, now=NOW, services=SimpleNamespace(understand=understand)))
    return two_matters(talk, {"narrative": {"parts": [{"id": None, "text": story}]}})


@pytest.mark.parametrize(
    ("story", "second"),
    [
        ("楼下烧烤店油烟特别大，呛得睡不着；还有我们单位拖欠我三个月工资不给", "我们单位拖欠我三个月工资不给"),
        ("樓下燒烤店油煙特別大，嗆得睡不著；還有我們單位拖欠我三個月工資不給", "我們單位拖欠我三個月工資不給"),
        ("学校乱收补课费。另外，我们村的低保户名单有问题", "我们村的低保户名单有问题"),
        ("反映两件事：公司拖欠我三个月工资；宿舍停水三天了", "宿舍停水三天了"),
        (
            "i want to complain two things: my boss didn't pay me for 2 months, and the trash is not collected",
            "and the trash is not collected",
        ),
        (
            "The restaurant downstairs makes terrible smoke every evening. Also my boss has not paid my wages.",
            "my boss has not paid my wages.",
        ),
    ],
)
def test_two_matters(story: str, second: str) -> None:
    found = parted(story)
    assert found is not None
    assert found[1] == second


@pytest.mark.parametrize(
    "story",
    [
        "楼下烧烤店油烟特别大，还有他们半夜还放音乐，吵得睡不着",
        "小区电梯坏了，另外物业也不管",
        "煤气味很重，快来人；还有我们单位拖欠我三个月工资不给",
        "my landlord keeps the deposit. Also he shouts at me.",
    ],
)
def test_one_matter_and_danger_stay_whole(story: str) -> None:
    assert parted(story) is None


def test_what_was_decided_is_not_asked_again() -> None:
    assert parted("楼下烧烤店油烟特别大，呛得睡不着；还有我们单位拖欠我三个月工资不给", two=()) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_letters_about_one_matter_are_left_in_peace(language: str) -> None:
    letters = [each.text for each in evaluation_part() if each.first_level and each.language == language]
    offered = [each for each in letters if parted(each)]
    assert len(offered) < 0.015 * len(letters), f"{len(offered)} of {len(letters)}"
