"""What a person sees of the messages that the house sends."""

import pytest

from bot.channels.contract import ChannelError
from bot.channels.telegram import TelegramChannel
from dialogs.messages import Address, Ask, Attachment, AttachmentKind, Button, OutboundMessage
from dialogs.phrasebook import say
from tests.bot.channels.telegram.conftest import MemoryKeep, RecordingFront
from tests.emulators.telegram_api import TelegramApi, User

ME = Address("telegram", "7")
YES_NO = ((Button("Yes", "/affirm"), Button("No", "/deny")),)
PHONE = Button("Share my phone number", ask=Ask.CONTACT)
PLACE = Button("Share where I am", ask=Ask.LOCATION)
JPEG = b"\xff\xd8\xff picture"


async def test_words_and_buttons(user: User, channel: TelegramChannel) -> None:
    rows = (*YES_NO, (Button("Our page", url="https://a.example/x"),), (Button("", "/x"), Button("dead")))
    sent = await channel.send(OutboundMessage(ME, "Is *that* <b>right</b>?", rows), key="1")
    (message,) = user.sees
    assert (message.id, message.text) == (int(sent or 0), "Is *that* <b>right</b>?")
    assert message.buttons == [["Yes", "No"], ["Our page"]]
    page = message.key("Our page")
    assert page
    assert page["url"] == "https://a.example/x"


async def test_nothing_is_marked_up_and_no_link_is_fetched(
    api: TelegramApi, user: User, channel: TelegramChannel
) -> None:
    await channel.send(OutboundMessage(ME, "https://evil.example"), key="1")
    (call,) = api.called("sendMessage")
    assert "parse_mode" not in call
    assert call["link_preview_options"]["is_disabled"] is True


async def test_a_long_text_in_parts_with_the_buttons_last(user: User, channel: TelegramChannel) -> None:
    text = "\n".join(f"{number} " + "诉" * 990 for number in range(9))
    sent = await channel.send(OutboundMessage(ME, text, YES_NO), key="1")
    assert [message.text[:1] for message in user.sees] == ["0", "4", "8"]
    assert [message.buttons for message in user.sees] == [[], [], [["Yes", "No"]]]
    assert sent == str(user.sees[-1].id)


@pytest.mark.parametrize("text", ["", " \n"])
async def test_nothing_to_say(api: TelegramApi, user: User, channel: TelegramChannel, text: str) -> None:
    assert await channel.send(OutboundMessage(ME, text, custom={"card": 1}), key="1") is None
    assert api.calls == []


async def test_letters_that_no_utf8_can_carry(user: User, channel: TelegramChannel) -> None:
    await channel.send(OutboundMessage(ME, "a\ud800b", ((Button("c\udfff", "/d"),),)), key="1")
    assert (user.sees[0].text, user.sees[0].titles) == ("a\ufffdb", ["c\ufffd"])


async def test_a_button_too_long_is_left_out_and_the_words_arrive(user: User, channel: TelegramChannel) -> None:
    rows = ((Button("Long", "/x" + "y" * 53), Button("Just right", "/x" + "y" * 52)),)
    await channel.send(OutboundMessage(ME, "Which?", rows), key="1")
    assert user.sees[0].titles == ["Just right"]


class TestEditing:
    async def test_in_place(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "One?", YES_NO), key="1")
        second = await channel.send(OutboundMessage(ME, "Two?", YES_NO[:1], replaces=first), key="2")
        assert first == second
        (message,) = user.sees
        assert (message.text, message.was, message.buttons) == ("Two?", ["One?"], [["Yes", "No"]])
        await channel.send(OutboundMessage(ME, "Done.", replaces=second), key="3")
        assert (user.sees[0].text, user.sees[0].buttons) == ("Done.", [])

    async def test_the_same_again_is_done(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "One?", YES_NO), key="1")
        again = await channel.send(OutboundMessage(ME, "One?", YES_NO, replaces=first), key="2")
        assert first == again
        assert [(message.text, message.was) for message in user.sees] == [("One?", [])]

    @pytest.mark.parametrize("replaces", ["999", "not a number", ""])
    async def test_a_message_that_is_gone_is_sent_anew(
        self, user: User, channel: TelegramChannel, replaces: str
    ) -> None:
        sent = await channel.send(OutboundMessage(ME, "Two?", YES_NO, replaces=replaces), key="1")
        assert [(str(message.id), message.titles) for message in user.sees] == [(sent, ["Yes", "No"])]

    async def test_a_message_that_cannot_be_edited_is_sent_anew(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "No buttons"), key="1")
        await channel.send(OutboundMessage(ME, "Two?", YES_NO, replaces=first), key="2")
        assert [message.text for message in user.sees] == ["No buttons", "Two?"]

    async def test_other_refusals_are_errors(self, api: TelegramApi, user: User, channel: TelegramChannel) -> None:
        api.fail("editMessageText", 400, "Bad Request: chat not found")
        with pytest.raises(ChannelError):
            await channel.send(OutboundMessage(ME, "Two?", replaces="1"), key="1")

    async def test_a_longer_text_goes_on_below(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "One?", YES_NO), key="1")
        await channel.send(OutboundMessage(ME, "x" * 5000, YES_NO, replaces=first), key="2")
        assert [(len(message.text), message.titles) for message in user.sees] == [(4000, []), (1000, ["Yes", "No"])]

    async def test_a_file_cannot_take_its_place_but_the_old_buttons_go(
        self, user: User, channel: TelegramChannel, keep: MemoryKeep
    ) -> None:
        first = await channel.send(OutboundMessage(ME, "Which?", YES_NO), key="1")
        letter = keep.add("letter.pdf", AttachmentKind.DOCUMENT, b"%PDF")
        await channel.send(OutboundMessage(ME, "Here", attachments=(letter,), replaces=first), key="2")
        old, new = user.sees
        assert (old.text, old.titles, new.text, new.document) == ("Which?", [], "Here", b"%PDF")


class TestDeviceButtons:
    async def test_beside_choices_they_come_in_a_message_of_their_own(
        self, user: User, channel: TelegramChannel, front: RecordingFront
    ) -> None:
        await channel.start(front)
        rows = ((PHONE,), (Button("Only here", "/here"), Button("Anonymous", "/anonymous")))
        sent = await channel.send(OutboundMessage(ME, "How can we reach you?", rows), key="1")
        question, helper = user.sees
        assert (str(question.id), question.titles) == (sent, ["Only here", "Anonymous"])
        assert helper.text == say("en", "telegram.ask.device", title=PHONE.title)
        assert user.chat.keyboard
        assert user.chat.keyboard["one_time_keyboard"] is True
        await user.taps(PHONE.title)
        (message,) = await front.got()
        assert message.contact
        assert message.contact.own

    async def test_and_go_with_the_next_message(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "Where?", ((PLACE,), *YES_NO)), key="1")
        await channel.send(OutboundMessage(ME, "All right?", YES_NO, replaces=first), key="2")
        assert [message.text for message in user.sees] == ["All right?"]
        assert user.chat.keyboard is None

    async def test_in_place_of_a_question(self, user: User, channel: TelegramChannel) -> None:
        first = await channel.send(OutboundMessage(ME, "One?", YES_NO), key="1")
        await channel.send(OutboundMessage(ME, "Where?", ((PLACE,),), replaces=first), key="2")
        assert [message.text for message in user.sees] == [
            "Where?",
            say("zh", "telegram.ask.device", title=PLACE.title),
        ]
        assert user.chat.keyboard

    async def test_alone_they_stand_below_the_words(
        self, user: User, channel: TelegramChannel, front: RecordingFront
    ) -> None:
        await channel.start(front)
        await channel.send(OutboundMessage(ME, "Where?", ((PLACE, PHONE),)), key="1")
        assert [message.text for message in user.sees] == ["Where?"]
        await user.taps(PLACE.title)
        (message,) = await front.got()
        assert message.location
        await channel.send(OutboundMessage(ME, "Thank you."), key="2")
        assert user.chat.keyboard is None

    async def test_a_group_has_none(self, api: TelegramApi, channel: TelegramChannel) -> None:
        group = api.group(-100500)
        rows = ((PHONE, Button("Type it", "/phone", ask=Ask.CONTACT)),)
        await channel.send(OutboundMessage(Address("telegram", "-100500"), "Phone?", rows), key="1")
        (message,) = group.messages.values()
        assert (message.titles, group.keyboard) == (["Type it"], None)

    async def test_a_file_button_tells_how(
        self, api: TelegramApi, user: User, channel: TelegramChannel, front: RecordingFront
    ) -> None:
        await channel.start(front)
        rows = ((Button("Add a photo", ask=Ask.FILE), Button("Add it", "/add", ask=Ask.FILE)),)
        await channel.send(OutboundMessage(ME, "Anything else?", rows), key="1")
        await user.taps("Add a photo")
        await user.taps("Add it")
        assert [message.text for message in await front.got()] == ["/add"]
        await api.until(lambda: len(api.taps) == 2)
        hint = api.taps["query1"]
        assert (hint["text"], hint["show_alert"]) == (say("zh", "telegram.hint.file"), "true")


class TestFiles:
    async def test_short_words_are_the_caption(self, user: User, channel: TelegramChannel, keep: MemoryKeep) -> None:
        photo = keep.add("a.jpg", AttachmentKind.PHOTO, JPEG)
        letter = keep.add('re"ply\r\n：答复.pdf', AttachmentKind.DOCUMENT, b"%PDF")
        sent = await channel.send(OutboundMessage(ME, "Solved.", YES_NO, (photo, letter)), key="1")
        first, last = user.sees
        assert (first.photo, first.text, first.titles) == (JPEG, "", [])
        assert (last.document, last.text, last.titles) == (b"%PDF", "Solved.", ["Yes", "No"])
        assert last.file_name == "re_ply__：答复.pdf"
        assert sent == str(last.id)

    async def test_long_words_come_after(self, user: User, channel: TelegramChannel, keep: MemoryKeep) -> None:
        letter = keep.add("letter.pdf", AttachmentKind.DOCUMENT, b"%PDF")
        await channel.send(OutboundMessage(ME, "诉" * 1025, YES_NO, (letter,)), key="1")
        first, last = user.sees
        assert (first.document, first.titles, len(last.text), last.titles) == (b"%PDF", [], 1025, ["Yes", "No"])

    async def test_a_file_without_words(self, user: User, channel: TelegramChannel, keep: MemoryKeep) -> None:
        letter = keep.add("letter.pdf", AttachmentKind.DOCUMENT, b"%PDF")
        await channel.send(OutboundMessage(ME, "", attachments=(letter,)), key="1")
        assert [(message.document, message.text) for message in user.sees] == [(b"%PDF", "")]

    async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(
        self, user: User, channel: TelegramChannel, keep: MemoryKeep
    ) -> None:
        odd = keep.add("odd.heic", AttachmentKind.PHOTO, b"odd")
        await channel.send(OutboundMessage(ME, "Look", attachments=(odd,)), key="1")
        assert [(message.document, message.photo) for message in user.sees] == [(b"odd", None)]

    async def test_a_file_that_is_gone_does_not_hold_the_words_back(self, user: User, channel: TelegramChannel) -> None:
        gone = Attachment("gone", AttachmentKind.PHOTO, "a.jpg", "image/jpeg", 1, "0")
        with pytest.raises(ChannelError) as failed:
            await channel.send(OutboundMessage(ME, "Solved.", attachments=(gone,)), key="1")
        assert failed.value.permanent
        assert [message.text for message in user.sees] == ["Solved."]


class TestRepeats:
    async def test_a_delivered_message_is_not_sent_again(self, user: User, channel: TelegramChannel) -> None:
        message = OutboundMessage(ME, "One?", ((PLACE,), *YES_NO))
        first = await channel.send(message, key="1")
        assert await channel.send(message, key="1") == first
        assert len(user.sees) == 2
        await channel.send(message, key="2")
        assert len(user.sees) == 3  # the helper of the first one went

    async def test_a_repeat_goes_on_where_it_stopped(
        self, api: TelegramApi, user: User, channel: TelegramChannel, keep: MemoryKeep
    ) -> None:
        letter = keep.add("letter.pdf", AttachmentKind.DOCUMENT, b"%PDF")
        message = OutboundMessage(ME, "诉" * 5000, YES_NO, (letter,))
        for status in (500, 502):
            api.fail("sendMessage", status)
            with pytest.raises(ChannelError):
                await channel.send(message, key="1")
        await channel.send(message, key="1")
        assert [len(seen.text) for seen in user.sees] == [0, 4000, 1000]


async def test_a_topic_is_opened_and_written_to(api: TelegramApi, channel: TelegramChannel) -> None:
    forum = api.group(-100600, forum=True)
    topic = await channel.open_topic(Address("telegram", "-100600"), "XF20261123-0042-7 路灯")
    await channel.send(OutboundMessage(topic, "New case"), key="1")
    (message,) = forum.messages.values()
    assert topic == Address("telegram", f"-100600/{message.topic}")
    with pytest.raises(ChannelError):
        await channel.open_topic(ME, "no forum")
