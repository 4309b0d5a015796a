"""Urgency, the kind of danger and lawful way are read from words, whatever script they stand in."""

from datetime import datetime

import pytest

from cases.rules.city import DANGERS
from intents.dangers import kinds_of_danger
from intents.lexicon import load
from intents.meaning import Urgency
from intents.nature import graft_words, lawful_way, urgent_words
from intents.reading import read
from intents.understanding import SHANGHAI

NOW = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)


def test_a_message_in_both_scripts_is_read_in_both() -> None:
    assert urgent_words(read("隔壁 on fire 了"), (), NOW)[0] is Urgency.EMERGENCY
    assert urgent_words(read("楼里着火了 help"), (), NOW)[0] is Urgency.EMERGENCY
    assert lawful_way(read("我的 case 法院已经判决"))[0] == "court"


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("三楼着火了，有人受伤", "fire"),
        ("老人晕倒了", "hurt"),
        ("有人拿刀砍人", "violence"),
        ("煤气泄漏", "gas"),
        ("电梯困人了", "rescue"),
        ("車禍，人昏迷了", "traffic"),
        ("我不想活了", "despair"),
        ("my husband is beating me", "violence"),
        ("a man is bleeding", "hurt"),
    ],
)
def test_the_kind_of_danger(said: str, first: str) -> None:
    assert kinds_of_danger(read(said))[0] == first


def test_a_city_s_numbers_are_for_dangers_that_are_known() -> None:
    assert set(load("nature")["dangers"]) == set(DANGERS)


@pytest.mark.parametrize(
    ("said", "is_graft"),
    [
        ("城管收了我200块钱不开发票", False),
        ("车管所的工作人员收了我们的钱不给发票", False),
        ("the official took money and gives no receipt", False),
        ("城管收了我200块钱才放行", True),
        ("村支书收了我两万块钱才给办低保", True),
        ("the officer took money from me to let me go", True),
    ],
)
def test_only_a_person_s_gain_is_graft(said: str, is_graft: bool) -> None:
    assert bool(graft_words(read(said))) is is_graft
