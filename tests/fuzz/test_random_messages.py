"""Random messages through each channel's door: always an answer, never a traceback, never another's data.

`JIESU_FUZZ_MESSAGES` says how many a channel; `make chaos` sends 5,000.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.rules.city import City
from dialogs.engine import Engine
from dialogs.messages import Address, Attachment, AttachmentKind, Contact, InboundMessage, Location
from dialogs.phrasebook import say
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.office import Office, filed

COUNT = int(os.environ.get("JIESU_FUZZ_MESSAGES", "500"))  # noqa: TID251  (tests have no settings)
SECRET = "绝密信号九五二七"
WORDS = [
    "", " ", "我要投诉", "路灯坏了", "幸福路88号", "昨晚11点", "匿名", "提交", "取消", "上一步", "13812345678", "不知道", "是", "没有",
    "hello", "I want to complain", "status", "yes", "/start", "/file", "/status", "/submit", "/skip", "/back", "/cancel",
    "/restart", "/resume", "/show", "/help", "/inbox", "/export csv", "/accept XF20261123-000001-8", "/staff list",
    "XF20261123-000001-8", "XF20261123-000001-8 AAAA-AAAA", "XF99999999-999999-9", '/status{"n":"XF20261123-000001-8"}',
    '/withdraw{"n":"XF20261123-000001-8"}', '/rate{"n":"XF20261123-000001-8","s":"solved"}', '/edit{"v":"place"}',
    '/edit{"v":"__class__"}', '/category{"v":"0402"}', '/category{"v":"\\u0000"}', '/contact{"v":"chat"}',
    '/contact{"v":"x"}', '/language{"v":"xx"}', '/ask{"v":"../../etc/passwd"}', '/rate{"n":1,"s":[]}', "/rate{", "/" * 50,
    "/bind x", "/bind " + "a" * 500, "'; DROP TABLE cases; --", "<script>alert(1)</script>", "**b** _i_ [x](http://x)",
    "{narrative} {0} {slots[x]} %s %(a)s", "=1+1", "\u202e\u200b\u2066abc", "\ud800", "\x00\x07\x1b[31m", "👨‍👩‍👧‍👦🏳️‍🌈" * 20,
    "א" * 100, "ﷺ" * 50, "e\u0301" * 300, "中" * 6_000, "a b " * 3_000, "\n" * 500, "1" * 3_000, "。，！？" * 100,
]  # fmt: skip
TROUBLE = {say(language, "talk.trouble") for language in ("zh", "en")}


def random_text(chance: random.Random) -> str:
    """Something that people or programs may send."""
    match chance.randrange(4):
        case 0:
            return "".join(chr(chance.randrange(1, 0x10FFFF)) for _ in range(chance.randrange(1, 60)))
        case 1:
            return chance.choice(WORDS) + chance.choice(WORDS)
        case _:
            return chance.choice(WORDS)


def random_messages(channel: str, count: int) -> Iterator[InboundMessage]:
    """Messages of several people, with all that may come along."""
    chance = random.Random(channel)
    clock = TestClock()
    for number in range(count):
        file = Attachment("0" * 32, AttachmentKind.PHOTO, random_text(chance), "image/png", 1, "f" * 64)
        yield InboundMessage(
            Address(channel, f"stranger-{chance.randrange(5)}"),
            f"{number}",
            clock(),
            random_text(chance),
            tapped=chance.random() < 0.3,
            message_id=str(chance.randrange(number + 1)),
            edited=chance.random() < 0.05,
            album="a" if chance.random() < 0.1 else None,
            attachments=(file,) if chance.random() < 0.1 else (),
            location=Location(chance.uniform(-90, 90), 1e300, random_text(chance)) if chance.random() < 0.05 else None,
            contact=Contact(random_text(chance), random_text(chance)) if chance.random() < 0.05 else None,
            start=random_text(chance) if chance.random() < 0.05 else None,
            language=chance.choice([None, "zh-hans", "en", "xx", ""]),
            rejected=chance.choice(["attachment.rejected.kind", "nonsense"]) if chance.random() < 0.02 else None,
            metadata={"forged": True} if chance.random() < 0.02 else {},
        )


@pytest.mark.parametrize("channel", ["terminal", "webchat", "telegram"])
async def test_always_an_answer_and_never_another_s_data(
    channel: str, sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path
) -> None:
    office = Office(sqlite, engine, city, clock, tmp_path)
    number = await filed(office.person("victim"), f"{SECRET}，昨晚11点开始，幸福路88号工地一直在打桩，希望晚上停工")
    for message in random_messages(channel, COUNT):
        answers = await office.turns.receive(message)
        said = "\n".join(answer.text for answer in answers)
        assert said.strip(), repr(message)
        assert said not in TROUBLE, repr(message)
        assert SECRET not in said
        assert "Traceback" not in said
        assert all(len(b.payload.encode()) <= 54 for a in answers for row in a.buttons for b in row)
    view = await office.person("victim").says(f'/status{{"n":"{number}"}}')
    assert SECRET in view
