"""Nature, urgency and lawful way are read from words; what only English says is not looked for in Chinese."""

import re

from intents.corpus import evaluation_part
from intents.lexicon import load, without_latin
from intents.meaning import Urgency
from intents.nature import lawful_way, urgent_words
from intents.reading import read


def test_expressions_for_english_alone_are_not_tried_on_a_message_without_latin_letters() -> None:
    dropped = [
        re.compile(part)
        for section in ("urgency", "kind", "lawful")
        for parts in load("nature")[section].values()
        for part in set(parts) - set(without_latin(parts))
    ]
    assert dropped
    chinese = [reading for each in evaluation_part() if not (reading := read(each.text)).latin]
    assert len(chinese) > 500
    assert not [part.pattern for part in dropped for reading in chinese if part.search(reading.plain)]


def test_a_message_in_both_scripts_is_read_in_both() -> None:
    assert urgent_words(read("隔壁 on fire 了"))[0] is Urgency.EMERGENCY
    assert urgent_words(read("楼里着火了 help"))[0] is Urgency.EMERGENCY
    assert lawful_way(read("我的 case 法院已经判决"))[0] == "court"
