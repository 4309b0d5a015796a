"""aiogram's types are built when they are used, and every one of them can be."""

import subprocess
import sys

import pytest

UNUSED = """
import bot.channels.telegram, aiogram.types as types
assert not types.Update.__pydantic_complete__
update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hi"}}
assert types.Update.model_validate(update).message.text == "hi"
assert types.Update.__pydantic_complete__
assert not types.StickerSet.__pydantic_complete__
"""
EVERY = """
import bot.channels.telegram, aiogram.types as types
from pydantic import BaseModel
every = [each for each in vars(types).values() if isinstance(each, type) and issubclass(each, BaseModel)]
assert len(every) > 300
assert all(each.model_rebuild() is not False for each in every)
assert all(each.__pydantic_complete__ for each in every)
"""
SENT_FIRST = """
import bot.channels.telegram
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
rows = [[InlineKeyboardButton(text="yes", callback_data="y")]]
sent = SendMessage(chat_id=1, text="hi", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))
assert sent.model_dump(exclude_none=True)["reply_markup"]["inline_keyboard"][0][0]["text"] == "yes"
"""
METHODS = """
import bot.channels.telegram, aiogram.methods as methods
from aiogram.methods import Response, TelegramMethod
every = [each for each in vars(methods).values() if isinstance(each, type) and issubclass(each, TelegramMethod)]
assert len(every) > 100
for each in every:
    assert each.model_rebuild() is not False, each
    if each is not TelegramMethod:
        assert Response[each.__returning__].model_rebuild() is not False, each
"""
ANSWERED_FIRST = """
import bot.channels.telegram
from aiogram.methods import Response
from aiogram.types import Message
answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hi"}}
assert Response[Message].model_validate(answer).result.text == "hi"
"""
FIRST = """
import aiogram.types as types, bot.channels.telegram
assert types.Update.__pydantic_complete__
"""
KEPT = """
from pydantic import BaseModel
rebuild = BaseModel.__dict__["model_rebuild"]
import bot.channels.telegram
assert BaseModel.__dict__["model_rebuild"] is rebuild
"""


PROGRAMS = {
    "unused": UNUSED,
    "every type": EVERY,
    "sent first": SENT_FIRST,
    "answered first": ANSWERED_FIRST,
    "every method": METHODS,
    "aiogram was there": FIRST,
    "pydantic as it was": KEPT,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_types_are_built_at_first_use(program: str) -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
