"""Urgency and lawful way are read from words, whatever script they stand in."""

from intents.meaning import Urgency
from intents.nature import lawful_way, urgent_words
from intents.reading import read


def test_a_message_in_both_scripts_is_read_in_both() -> None:
    assert urgent_words(read("隔壁 on fire 了"))[0] is Urgency.EMERGENCY
    assert urgent_words(read("楼里着火了 help"))[0] is Urgency.EMERGENCY
    assert lawful_way(read("我的 case 法院已经判决"))[0] == "court"
