"""Rasa's REST channel: who may speak, what comes back, and what a repeat or a wrong body comes to."""

import json
from io import BytesIO

from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.webchat import Limits
from bot.channels.webchat.bodies import MESSAGE_BYTES
from tests.bot.channels.webchat.conftest import BEARER, NOISE, Citizen, House

WEBHOOK = "/webhooks/rest/webhook"
WRONG_BODIES = (
    ("", 400, "JSON"),
    ("{", 400, "JSON"),
    ("[" * 200_000, 400, "JSON"),
    ("null", 400, "field"),
    ("[]", 400, "field"),
    ('{"message": "hi"}', 400, "field"),
    ('{"sender": 7, "message": "hi"}', 400, "field"),
    ('{"sender": "x", "message": ["hi"]}', 400, "field"),
    ('{"sender": "x", "message": "hi", "metadata": {"location": {"latitude": 91, "longitude": 0}}}', 400, "field"),
    ('{"sender": "x", "message": "hi", "metadata": {"location": {"latitude": NaN, "longitude": 0}}}', 400, "field"),
    ('{"sender": "x", "message": "hi", "metadata": {"message_id": "' + "9" * 201 + '"}}', 400, "field"),
    ('"' + "x" * MESSAGE_BYTES + '"', 413, "too much"),
)
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


async def test_a_complaint_is_filed_in_three_messages(citizen: Citizen) -> None:
    (summary,) = await citizen.say(NOISE)
    assert summary["recipient_id"] == citizen.sender
    assert "幸福路88号" in summary["text"]
    assert "11月22日 23:00" in summary["text"]
    contact = next(each for each in summary["buttons"] if each["payload"] == '/contact{"v":"chat"}')
    await citizen.say(contact["payload"], tapped=True, title=contact["title"])
    (receipt,) = await citizen.say("/submit", tapped=True)
    assert receipt["custom"]["case"] in receipt["text"]
    assert [each["row"] for each in receipt["buttons"]] == [0, 0, 1]


async def test_a_button_that_asks_the_device_says_what_it_asks(citizen: Citizen) -> None:
    (summary,) = await citizen.say(NOISE)
    asking = [each for each in summary["buttons"] if each.get("ask")]
    assert [(each["ask"], each["payload"]) for each in asking] == [("contact", "")]


async def test_a_repeated_message_changes_nothing_and_answers_the_same(citizen: Citizen) -> None:
    first = await citizen.say(NOISE, message_id="once")
    second = await citizen.say(NOISE, message_id="once")
    assert first == second
    assert len(await citizen.history()) == 2


async def test_a_request_that_a_proxy_tries_twice_is_taken_in_once(house: House, citizen: Citizen) -> None:
    body = {"sender": citizen.sender, "message": NOISE}
    for id, messages in (("one", 2), ("one", 2), ("two", 5)):  # the second is new: said to be added, asked again
        answer = await house.client.post(WEBHOOK, json=body, headers={"X-Request-ID": id})
        assert answer.status == 200
        assert len(await citizen.history()) == messages


async def test_nobody_reads_anothers_answers_by_repeating_an_id(house: House, citizen: Citizen) -> None:
    await citizen.say(NOISE, message_id="mine")
    (other,) = await (await house.citizen()).say("你好", message_id="mine")
    assert "幸福路" not in other["text"]


async def test_a_sender_that_was_not_issued_is_refused(house: House) -> None:
    for sender in ["", "nobody", "webchat:1", "ImFiYyI.forged", "𠮷", "rest:1"]:
        answer = await house.client.post(WEBHOOK, json={"sender": sender, "message": "hi"}, headers=ENGLISH)
        assert answer.status == 401
        assert (await answer.json())["message"].startswith("This session")


async def test_a_wrong_key_speaks_for_nobody(house: House) -> None:
    for key in ["wrong", "", "a key for programs ", "钥匙"]:
        headers = {"Authorization": f"Bearer {key}x"}
        answer = await house.client.post(WEBHOOK, json={"sender": "me", "message": "hi"}, headers=headers)
        assert answer.status == 401


async def test_a_program_with_the_key_speaks_for_ids_of_its_own_only(house: House, citizen: Citizen) -> None:
    await citizen.say(NOISE)
    session = house.app.webchat._senders.tokens.session(citizen.sender)
    body = {"sender": str(session), "message": "看看我填的"}
    answer = await house.client.post(WEBHOOK, json=body, headers=BEARER)
    assert answer.status == 200
    assert "幸福路" not in await answer.text()
    assert len(await citizen.history()) == 2


async def test_a_program_gets_no_ids_of_messages_it_can_fetch_nowhere(house: House) -> None:
    answer = await house.client.post(WEBHOOK, json={"sender": "me", "message": "你好"}, headers=BEARER)
    (said,) = await answer.json()
    assert said["recipient_id"] == "me"
    assert "id" not in said


async def test_a_wrong_body_is_refused_with_a_sentence(house: House) -> None:
    for body, status, word in WRONG_BODIES:
        answer = await house.client.post(WEBHOOK, data=BytesIO(body.encode()), headers=ENGLISH)
        assert answer.status == status, body
        assert word in (await answer.json())["message"]


async def test_the_wrong_field_is_named(house: House) -> None:
    answer = await house.client.post(WEBHOOK, json={"sender": "x", "metadata": {"tapped": "yes"}})
    assert (await answer.json())["detail"].startswith("metadata.tapped: ")


async def test_whatever_is_said_is_answered(citizen: Citizen) -> None:
    for message in ["", " ", "\ud800", "\u200b", "\x00", "<script>", "a" * 300_000, "/", "/case x"]:
        body = {"sender": citizen.sender, "message": message}
        answer = await citizen.client.post(WEBHOOK, data=json.dumps(body))
        assert answer.status == 200
        assert all(each["text"] for each in await answer.json())
        assert await citizen.history()


async def test_a_message_may_be_missing(citizen: Citizen) -> None:
    answer = await citizen.client.post(WEBHOOK, json={"sender": citizen.sender, "message": None, "metadata": None})
    assert answer.status == 200


async def test_a_shared_place_is_taken(citizen: Citizen) -> None:
    await citizen.say("晚上工地一直打桩，希望停工")
    (summary, *_) = await citizen.say("", location={"latitude": 31.2, "longitude": 121, "title": "幸福路88号"})
    assert summary["text"]
    assert (await citizen.history())[-2]["location"]["title"] == "幸福路88号"


async def test_the_citizens_language_is_that_of_their_words(citizen: Citizen) -> None:
    (answer,) = await citizen.say("There is a lot of noise at 88 Xingfu Road", language="zh")
    assert answer["text"].isascii() or "?" in answer["text"]
    assert (await (await citizen.get("/chat/messages")).json())["language"] == "en"


async def test_who_is_too_fast_is_told_so(house: House) -> None:
    async with TestClient(TestServer(house.limited(Limits(sender="2/hour")))) as client:
        sender = (await (await client.post("/chat/sessions", json={})).json())["sender"]
        hasty = Citizen(client, sender)
        await hasty.say("你好")
        await hasty.say("你好")
        answer = await hasty.post("你好", language="en")
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "5"
        assert "too fast" in (await answer.json())["message"]


async def test_one_network_address_is_limited_whatever_it_calls_itself(house: House) -> None:
    async with TestClient(TestServer(house.limited(Limits(address="2/hour")))) as client:
        statuses = [(await client.post("/chat/sessions")).status for _ in range(3)]
        assert statuses == [201, 201, 429]


async def test_before_the_start_and_after_the_stop_the_caller_is_asked_to_come_again(
    house: House, citizen: Citizen
) -> None:
    await house.app.webchat.stop()
    answer = await citizen.post("你好")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "1"
    assert (await house.client.get("/readyz")).status == 503, "a proxy sends nobody here"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
METADATA = st.dictionaries(
    st.sampled_from(["message_id", "language", "location", "contact", "attachments", "tapped", "title", "x"]),
    JSON | st.text(max_size=30),
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=JSON | st.text(), metadata=METADATA)
async def test_no_body_breaks_it(citizen: Citizen, message: object, metadata: object) -> None:
    body = json.dumps({"sender": citizen.sender, "message": message, "metadata": metadata})
    answer = await citizen.client.post(WEBHOOK, data=body)
    assert answer.status in (200, 400)
    tree = await answer.json()
    assert isinstance(tree, list) if answer.status == 200 else tree["message"]
