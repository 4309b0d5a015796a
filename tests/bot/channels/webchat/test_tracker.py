"""The conversation as Rasa shows it, for programs with the key only."""

from urllib.parse import quote

import pytest

from tests.bot.channels.webchat.conftest import BEARER, NOISE, Citizen, House


async def test_the_tracker_is_in_rasas_format(house: House, citizen: Citizen) -> None:
    await citizen.say(NOISE)
    answer = await house.client.get(f"/conversations/{citizen.sender}/tracker", headers=BEARER)
    tracker = await answer.json()
    assert tracker["sender_id"] == citizen.sender
    assert tracker["requested_slot"] == tracker["slots"]["requested_slot"] == "contact_way"
    assert tracker["active_loop"]["name"]
    assert tracker["latest_message"]["text"] == NOISE
    assert {each["event"] for each in tracker["events"]} >= {"user", "action", "slot", "bot"}


async def test_a_session_is_found_under_its_token_and_its_address(house: House, citizen: Citizen) -> None:
    await citizen.say(NOISE)
    address = house.app.webchat._senders.tokens.session(citizen.sender)
    answer = await house.client.get(f"/conversations/{quote(str(address))}/tracker", headers=BEARER)
    assert (await answer.json())["latest_message"]["text"] == NOISE


async def test_a_bare_id_is_the_programs_own(house: House) -> None:
    body = {"sender": "me", "message": NOISE}
    await house.client.post("/webhooks/rest/webhook", json=body, headers=BEARER)
    for name in ("me", "rest:me"):
        tracker = await (await house.client.get(f"/conversations/{name}/tracker", headers=BEARER)).json()
        assert tracker["latest_message"]["text"] == NOISE


async def test_a_stranger_has_an_empty_conversation(house: House) -> None:
    answer = await house.client.get("/conversations/telegram:1/tracker", headers=BEARER)
    tracker = await answer.json()
    assert answer.status == 200
    assert tracker["requested_slot"] is None


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic \xff"}])
async def test_without_the_key_nothing_is_shown(house: House, citizen: Citizen, headers: dict[str, str]) -> None:
    answer = await house.client.get(f"/conversations/{citizen.sender}/tracker", headers=headers)
    assert answer.status == 401
    assert (await answer.json())["message"]
