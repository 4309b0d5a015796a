"""Everything that a person can do in Telegram, as the front gets it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.inbound import lane_of
from dialogs.messages import Address, AttachmentKind, Button, Contact, Location, OutboundMessage
from tests.bot.channels.telegram.conftest import NOW, MemoryKeep, RecordingFront
from tests.emulators.telegram_api import EPOCH, FILE_LIMIT, JsonDict, TelegramApi, User

pytestmark = pytest.mark.usefixtures("polling")
ME = Address("telegram", "7")
TAPPABLE = OutboundMessage(ME, "Is that right?", ((Button("Yes", "/affirm"), Button("No", '/deny{"why": "不"}')),))


async def test_a_text(user: User, front: RecordingFront) -> None:
    update_id = await user.says("路灯坏了")
    (message,) = await front.got()
    assert message.address == ME
    assert message.update_id == str(update_id)
    assert message.text == "路灯坏了"
    assert message.sent_at == datetime.fromtimestamp(EPOCH + 1, UTC)
    assert (message.language, message.display_name, message.private) == ("zh", "Li", True)
    assert (message.tapped, message.edited, message.start, message.message_id) == (False, False, None, "1")


@pytest.mark.parametrize(("code", "language"), [("zh-hant", "zh"), ("en", "en"), ("pt-BR", "pt"), (None, None)])
async def test_the_language(api: TelegramApi, front: RecordingFront, code: str | None, language: str | None) -> None:
    await api.user(8, code).says("hello")
    assert (await front.got())[0].language == language


@pytest.mark.parametrize(
    ("typed", "text", "start"),
    [
        ("/start", "/start", None),
        ("/start XF20261123-0042-7", "/start", "XF20261123-0042-7"),
        ("/start@jiesu_bot abc", "/start", "abc"),
        ("/status@jiesu_bot XF1", "/status XF1", None),
        ("/help@JIESU_BOT", "/help", None),
        ("/reply 5 write to a@b.cn", "/reply 5 write to a@b.cn", None),
        ("see /help@jiesu_bot", "see /help@jiesu_bot", None),
        ("lone \ud800 surrogate", "lone \ud800 surrogate", None),
        ("\x00 /x", "\x00 /x", None),
    ],
)
async def test_commands_and_odd_texts(
    user: User, front: RecordingFront, typed: str, text: str, start: str | None
) -> None:
    await user.says(typed)
    (message,) = await front.got()
    assert (message.text, message.start) == (text, start)


async def test_a_group(api: TelegramApi, user: User, front: RecordingFront) -> None:
    group = api.group(-100500)
    await user.says("/help@some_other_bot", chat=group)
    await user.says("/inbox@jiesu_bot", chat=group)
    (message,) = await front.got()
    assert (message.text, message.private, message.address) == ("/inbox", False, Address("telegram", "-100500"))
    assert message.metadata == {"sender": "telegram:7"}


async def test_a_topic_of_a_forum_is_an_address(api: TelegramApi, user: User, front: RecordingFront) -> None:
    forum = api.group(-100600, forum=True)
    await user.says("/note 1 seen", chat=forum, message_thread_id=12, is_topic_message=True)
    await user.says("/inbox", chat=forum, message_thread_id=13)  # only an answer, not in a topic
    messages = await front.got(2)
    assert [message.address.id for message in messages] == ["-100600/12", "-100600"]


async def test_a_tap_is_answered_and_gives_the_payload(
    api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel
) -> None:
    sent = await channel.send(TAPPABLE, key="1")
    await user.taps("No")
    (message,) = await front.got()
    assert (message.text, message.tapped, message.message_id) == ('/deny{"why": "不"}', True, sent)
    assert message.sent_at == NOW
    await api.until(lambda: api.taps)
    assert "show_alert" not in next(iter(api.taps.values()))


async def test_a_tap_is_answered_while_the_turn_goes_on(
    api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel
) -> None:
    await channel.send(TAPPABLE, key="1")
    front.held = lambda message: True
    await user.taps("Yes")
    await front.is_asked()
    await api.until(lambda: api.taps)
    assert front.messages == []
    front.release.set()
    await front.got()


async def test_a_tap_that_cannot_be_answered_still_counts(
    api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel
) -> None:
    await channel.send(TAPPABLE, key="1")
    api.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
    await user.taps("Yes")
    assert (await front.got())[0].text == "/affirm"


async def test_forged_taps(api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel) -> None:
    await channel.send(TAPPABLE, key="1")
    key = user.sees[0].key("Yes")
    assert key
    stranger = api.user(8)
    forged = ["/affirm", "AAAAAAAA/affirm", key["callback_data"] + "x", "", "诉" * 30]
    for data in forged:
        await user.presses(data, user.sees[0].id)
    await stranger.presses(key["callback_data"], 1)
    messages = await front.got(len(forged) + 1)
    assert all((message.text, message.tapped) == ("", True) for message in messages)
    assert all(message.metadata["forged"] is True for message in messages)


async def test_a_photo_in_its_largest_size(user: User, front: RecordingFront, keep: MemoryKeep) -> None:
    await user.sends_photo(b"\xff\xd8 large", caption="就是这里")
    (message,) = await front.got()
    (photo,) = message.attachments
    assert (photo.kind, photo.name, message.text) == (AttachmentKind.PHOTO, "photo-1.jpg", "就是这里")
    assert await keep.read(photo) == b"\xff\xd8 large"


async def test_an_album_comes_in_order(user: User, front: RecordingFront, keep: MemoryKeep) -> None:
    for number in range(4):
        await user.sends_photo(b"photo %d" % number, album="album 1")
    messages = await front.got(4)
    assert {message.album for message in messages} == {"album 1"}
    contents = [await keep.read(message.attachments[0]) for message in messages]
    assert contents == [b"photo 0", b"photo 1", b"photo 2", b"photo 3"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("voice", None, (AttachmentKind.VOICE, "voice-1.ogg")),
        ("audio", "song.mp3", (AttachmentKind.VOICE, "song.mp3")),
        ("video", None, (AttachmentKind.VIDEO, "video-1.mp4")),
        ("video_note", None, (AttachmentKind.VIDEO, "video-1.mp4")),
        ("animation", "cat.mp4", (AttachmentKind.VIDEO, "cat.mp4")),
        ("document", "合同.pdf", (AttachmentKind.DOCUMENT, "合同.pdf")),
        ("document", None, (AttachmentKind.DOCUMENT, "document-1")),
    ],
)
async def test_other_files(
    user: User, front: RecordingFront, kind: str, name: str | None, expected: tuple[AttachmentKind, str]
) -> None:
    await user.sends_file(kind, b"content", name=name)
    (message,) = await front.got()
    (attachment,) = message.attachments
    assert (attachment.kind, attachment.name) == expected
    assert attachment.size == 7


async def test_a_live_photo_is_a_photo(api: TelegramApi, user: User, front: RecordingFront, keep: MemoryKeep) -> None:
    still = {"file_id": api.new_file(b"still"), "file_unique_id": "s", "width": 9, "height": 9}
    moving = {"file_id": "f", "file_unique_id": "f", "width": 9, "height": 9, "duration": 1, "photo": [still]}
    await user.sends(live_photo=moving)
    (message,) = await front.got()
    assert await keep.read(message.attachments[0]) == b"still"


async def test_files_that_cannot_be_taken(
    api: TelegramApi, user: User, front: RecordingFront, keep: MemoryKeep
) -> None:
    await user.sends_file("video", bytes(FILE_LIMIT + 1), caption="太大")
    api.files["lost"] = b""
    await user.sends(voice={"file_id": "unknown", "file_unique_id": "u", "duration": 1})
    await front.got(2)
    keep.reason = "kind"
    await user.sends_file("document", b"MZ")
    messages = await front.got(3)
    assert [message.rejected for message in messages] == [
        "attachment.rejected.too_large",
        "attachment.rejected.broken",
        "attachment.rejected.kind",
    ]
    assert [message.text for message in messages] == ["太大", "", ""]
    assert not any(message.attachments for message in messages)


@pytest.mark.parametrize(("times", "rejected"), [(2, None), (3, "attachment.rejected.broken")])
async def test_a_download_is_tried_three_times(
    api: TelegramApi, user: User, front: RecordingFront, times: int, rejected: str | None
) -> None:
    api.fail("download", 500, times=times - 1)
    api.fail("getFile", 502, body="<html>Bad Gateway</html>")
    await user.sends_file("document", b"content")
    (message,) = await front.got()
    assert message.rejected == rejected


async def test_a_pin_and_a_venue(user: User, front: RecordingFront) -> None:
    await user.shares_location(31.23, 121.47)
    await user.shares_location(31.23, 121.47, title="工地", address="幸福路88号")
    pin, venue = await front.got(2)
    assert pin.location == Location(31.23, 121.47)
    assert venue.location == Location(31.23, 121.47, "幸福路88号 工地")


async def test_a_live_location_counts_once(api: TelegramApi, user: User, front: RecordingFront) -> None:
    pin = {"latitude": 1.0, "longitude": 2.0, "live_period": 900}
    await api.post_update({"message": user.message(location=pin)})
    await api.post_update({"edited_message": user.message(location=pin, edit_date=EPOCH)})
    await user.says("done")
    assert [message.text for message in await front.got(2)] == ["", "done"]


async def test_ones_own_contact_and_anothers(user: User, front: RecordingFront) -> None:
    await user.shares_contact("+8613800000000")
    await user.shares_contact("+8613900000000", own=False)
    own, other = await front.got(2)
    assert own.contact == Contact("+8613800000000", "Li", own=True)
    assert other.contact == Contact("+8613900000000", "Li", own=False)


async def test_an_edited_message(user: User, front: RecordingFront) -> None:
    await user.says("幸福路8号")
    await user.edits(1, "幸福路88号")
    first, second = await front.got(2)
    assert (second.text, second.edited, second.message_id) == ("幸福路88号", True, first.message_id)
    assert second.update_id != first.update_id
    assert second.sent_at > first.sent_at


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}}, "sticker"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"something_of_next_year": {"x": 1}}, "unknown"),
    ],
)
async def test_what_cannot_be_used_is_passed_on_for_an_answer(
    user: User, front: RecordingFront, content: JsonDict, kind: str
) -> None:
    content = {
        name: value | {"is_animated": False, "is_video": False} if name == "sticker" else value
        for name, value in content.items()
    }
    await user.sends(**content)
    (message,) = await front.got()
    assert (message.text, message.metadata["unsupported"]) == ("", kind)


async def test_the_bot_was_stopped(user: User, front: RecordingFront) -> None:
    await user.blocks()
    await user.unblocks()
    await user.says("/start")
    gone, back = await front.got(2)
    assert (gone.text, gone.address, gone.metadata["membership"]) == ("", ME, "kicked")
    assert back.text == "/start"


async def test_updates_of_no_meaning_are_confirmed_and_forgotten(
    api: TelegramApi, user: User, front: RecordingFront
) -> None:
    bot = {"id": 9, "is_bot": True, "first_name": "Bot"}
    await api.post_update({"poll": {"id": "1"}, "wonder_of_next_year": {"x": 1}})
    await api.post_update({"channel_post": user.message(text="news")})
    await api.post_update({"message": user.message(text="beep") | {"from": bot}})
    await api.post_update({"message": {"no": "message at all"}})
    await user.sends(pinned_message=user.message(text="old"))
    await user.sends(new_chat_members=[bot])
    await user.says("hello")
    assert [message.text for message in await front.got()] == ["hello"]
    await api.until(lambda: not api.unconfirmed)
    assert len(front.asked) == 1


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({}, ""),
        ({"message": None}, ""),
        ({"message": {"chat": {"id": 5}}}, "5"),
        ({"callback_query": {"from": {"id": 6}}}, "6"),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": -7}}}}, "-7"),
        ({"callback_query": {"from": 6, "message": []}}, ""),
        ({"poll": {"id": 1}}, ""),
    ],
)
async def test_the_lane_of_any_update(raw: dict[str, Any], lane: str) -> None:
    assert lane_of(raw) == lane
