"""Staff on the web: a link that looking at does not use up, a session that is theirs, a file that is theirs."""

from tests.bot.channels.webchat.conftest import Citizen, House, listening


async def test_looking_at_the_link_does_not_use_it(house: House) -> None:
    path, staff = await house.sign_in_path(), await house.citizen()
    for _ in range(3):
        assert (await house.client.get(path)).status == 200
    answer = await house.client.post(path, json={"sender": staff.sender, "language": "en"})
    assert answer.status == 200
    assert (await answer.json())["next"] == "/staff"


async def test_a_link_signs_in_once(house: House) -> None:
    path, first, second = await house.sign_in_path(), await house.citizen(), await house.citizen()
    assert (await house.client.post(path, json={"sender": first.sender})).status == 200
    refused = await house.client.post(path, json={"sender": second.sender, "language": "en"})
    assert refused.status == 403
    assert "admin" in (await refused.json())["message"]
    assert (await second.get("/staff/session")).status == 403


async def test_a_wrong_link_gives_no_cookie_to_who_has_a_signed_in_token(house: House) -> None:
    staff = await house.handler()
    house.client.session.cookie_jar.clear()
    answer = await house.client.post("/staff/sign-in/wrong", json={"sender": staff.sender})
    assert answer.status == 403
    assert not answer.cookies
    assert (await staff.post("/inbox")).status == 401


async def test_a_made_up_link_signs_nobody_in(house: House, citizen: Citizen) -> None:
    answer = await house.client.post("/staff/sign-in/%E4%B8%80", json={"sender": citizen.sender})
    assert answer.status == 403


async def test_the_desk_greets_in_the_pages_language_and_keeps_it(house: House) -> None:
    staff = await house.citizen("en")
    await house.client.post(await house.sign_in_path(), json={"sender": staff.sender, "language": "en"})
    (greeting,) = await staff.history()
    assert greeting["text"].startswith("Hello")
    assert [each["payload"] for each in greeting["buttons"]] == ["/inbox", "/due", "/help"]
    (inbox,) = await staff.say("/inbox")
    assert inbox["text"].startswith("Nothing to do.")


async def test_who_is_signed_in_is_told(house: House) -> None:
    staff = await house.handler()
    answer = await (await staff.get("/staff/session", lang="zh")).json()
    assert answer["account"] == "admin"
    assert answer["department"]


async def test_staff_who_signed_out_are_nobody(house: House) -> None:
    staff = await house.handler()
    await house.client.post("/staff/sign-out", json={"sender": staff.sender})
    assert (await staff.get("/staff/session")).status == 403
    assert (await staff.post("/inbox")).status == 401


async def test_a_case_is_accepted_and_the_citizen_hears_of_it(house: House, citizen: Citizen) -> None:
    number = await citizen.file_complaint()
    staff = await house.handler()
    async with listening(citizen) as stream:
        (done,) = await staff.say(f"/accept {number}")
        assert number in done["text"]
        push = await stream.next()
        assert number in push["text"]
        assert push["custom"]["push"]


async def test_an_exported_file_is_read_by_who_asked_for_it(house: House, citizen: Citizen) -> None:
    await citizen.file_complaint()
    staff = await house.handler()
    async with listening(staff) as stream:
        (answer,) = await staff.say("/export csv")
        assert "attachments" not in answer, "the file follows"
        while not (files := (await stream.next())["attachments"]):
            pass  # what was asked, what was answered
    (file,) = files
    shown = await staff.get(file["url"])
    assert shown.status == 200
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert "XF20261123" in (await shown.read()).decode("utf-8-sig")
    assert (await citizen.get(file["url"])).status == 404


async def test_a_citizen_gets_no_staff_answers(citizen: Citizen) -> None:
    number = await citizen.file_complaint()
    for command in ("/inbox", f"/case {number}", f"/accept {number}", "/export csv", "/staff list"):
        for answer in await citizen.say(command):
            assert "attachments" not in answer
            assert "admin" not in answer["text"]
