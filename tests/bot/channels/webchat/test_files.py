"""Files over HTTP: checked on the way in, read only by the session that sent or was sent them."""

import io
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.channels.webchat import Limits
from bot.keep import LARGEST
from dialogs.messages import Address, Attachment, AttachmentKind, OutboundMessage
from storage.unit import looking
from tests.bot.channels.webchat.conftest import BEARER, Citizen, House
from tests.bot.test_keep import DEVICE
from tests.bot.test_keep import photo as taken

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


def photo(side: int = 20) -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(file, "PNG")
    return file.getvalue()


async def upload(citizen: Citizen, *files: tuple[str, bytes]) -> dict[str, Any]:
    form = FormData(quote_fields=False)
    form.add_field("sender", citizen.sender)
    for name, content in files:
        form.add_field("file", io.BytesIO(content), filename=name)
    async with citizen.client.post("/chat/attachments", data=form) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status == 200, found
        return found


async def test_a_photo_is_taken_sent_and_shown_again(citizen: Citizen) -> None:
    (file,) = (await upload(citizen, ("工地 夜里.png", photo())))["files"]
    assert (file["kind"], file["media_type"], file["name"]) == ("photo", "image/png", "工地 夜里.png")
    (answer,) = await citizen.say("晚上工地一直打桩", attachments=[file["key"]])
    assert answer["text"]
    assert (await citizen.history())[0]["attachments"] == [file]
    shown = await citizen.get(file["url"])
    assert shown.status == 200
    assert await shown.read() == photo()
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Disposition"].startswith("inline;")


async def test_what_is_no_picture_is_only_ever_downloaded(citizen: Citizen) -> None:
    (file,) = (await upload(citizen, ('../a; x=%0d%0a"<y>.pdf', PDF)))["files"]
    shown = await citizen.get(file["url"])
    assert shown.headers["Content-Type"] == "application/octet-stream"
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]


async def test_several_files_are_judged_one_by_one(citizen: Citizen) -> None:
    page = b"<html><script>alert(1)</script></html>"
    taken = await upload(citizen, ("a.png", photo()), ("b.png", page), ("c.pdf", PDF), ("d.png", b""))
    assert len(taken["keys"]) == 2
    assert [each.get("rejected") for each in taken["files"]] == [
        None,
        "attachment.rejected.kind",
        None,
        "attachment.rejected.empty",
    ]
    assert taken["files"][1]["text"]


async def test_a_picture_that_says_to_be_as_large_as_a_town_is_refused(citizen: Citizen) -> None:
    file = io.BytesIO()
    Image.new("P", (1, 1)).save(file, "GIF")
    bomb = file.getvalue()[:6] + b"\xff\xff\xff\xff" + file.getvalue()[10:]
    (taken,) = (await upload(citizen, ("a.gif", bomb)))["files"]
    assert taken["rejected"] == "attachment.rejected.broken"


async def test_a_file_over_the_limit_is_refused_and_the_next_one_taken(citizen: Citizen) -> None:
    taken = await upload(citizen, ("big.png", photo() + bytes(LARGEST)), ("small.png", photo()))
    assert taken["files"][0]["rejected"] == "attachment.rejected.too_large"
    assert len(taken["keys"]) == 1


async def test_nobody_reads_or_sends_anothers_file(house: House, citizen: Citizen) -> None:
    (key,) = (await upload(citizen, ("a.png", photo())))["keys"]
    other = await house.citizen()
    assert (await other.get(f"/chat/attachments/{key}")).status == 404
    assert (await other.post("看", attachments=[key])).status == 400
    assert (await house.client.get(f"/chat/attachments/{key}")).status == 401
    assert (await house.client.get(f"/chat/attachments/{key}", params={"sender": "me"}, headers=BEARER)).status == 404


@pytest.mark.parametrize("key", ["x" * 32, "..%2f..%2fsecret.key", "0", "%00"])
async def test_an_unknown_file_is_answered_like_anothers(citizen: Citizen, key: str) -> None:
    answer = await citizen.client.get(f"/chat/attachments/{key}?sender={citizen.sender}")
    assert answer.status == 404
    assert (await answer.json())["error"] == "no_such_file"


async def test_a_file_that_was_sent_to_a_session_is_its_to_read(house: House, citizen: Citizen) -> None:
    owner = await house.citizen()
    (file,) = (await upload(owner, ("答复.pdf", PDF)))["files"]
    known = ("key", "name", "media_type", "size")
    attachment = Attachment(**{name: file[name] for name in known}, kind=AttachmentKind(file["kind"]), sha256="")
    address = house.app.webchat._senders.tokens.session(citizen.sender)
    assert isinstance(address, Address)
    await house.app.webchat.send(OutboundMessage(address, "答复", attachments=(attachment,)), key="1")
    assert (await citizen.get(file["url"])).status == 200


async def test_the_original_of_a_picture_is_read_by_whom_it_was_sent_to_alone(house: House, citizen: Citizen) -> None:
    owner = await house.citizen()
    (file,) = (await upload(owner, ("a.jpg", taken())))["files"]
    async with looking(house.app.database) as unit:
        stored = await unit.attachments.get(file["key"])
    assert stored and stored.original
    url = f"/chat/attachments/{stored.original}"
    assert [(await each.get(url)).status for each in (owner, citizen)] == [404, 404]
    address = house.app.webchat._senders.tokens.session(citizen.sender)
    assert isinstance(address, Address)
    original = Attachment(stored.original, AttachmentKind.DOCUMENT, "1.jpg", "image/jpeg", stored.size, stored.sha256)
    await house.app.webchat.send(OutboundMessage(address, "原件", attachments=(original,)), key="1")
    shown = await citizen.get(url)
    assert DEVICE in await shown.read()
    assert "1.jpg" in shown.headers["Content-Disposition"] and "a.jpg" not in shown.headers["Content-Disposition"]
    assert (await owner.get(url)).status == 404


async def test_files_a_day_are_counted(house: House) -> None:
    async with TestClient(TestServer(house.limited(Limits(files=1)))) as client:
        citizen = Citizen(client, (await (await client.post("/chat/sessions")).json())["sender"])
        await upload(citizen, ("a.png", photo()))
        second = await upload(citizen, ("b.png", photo()))
        assert second["files"][0]["rejected"] == "attachment.rejected.too_many"


async def test_an_upload_that_is_none_is_refused(citizen: Citizen) -> None:
    url = f"/chat/attachments?sender={citizen.sender}"
    for body, kind, error in (
        (b"{}", "application/json", "multipart"),
        (b"nonsense", "multipart/form-data", "multipart"),
        (b"nonsense", "multipart/form-data; boundary=x", "no_file"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", "multipart"),
        (
            b'--x\r\nContent-Disposition: form-data; name="\x1f"\r\n\r\na\r\n--x--',
            "multipart/form-data; boundary=x",
            "multipart",
        ),
    ):
        async with citizen.client.post(url, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"] in (error, "no_file", "multipart")


async def test_an_upload_without_a_sender_is_refused(house: House) -> None:
    form = FormData()
    form.add_field("file", io.BytesIO(photo()), filename="a.png")
    async with house.client.post("/chat/attachments", data=form) as answer:
        assert answer.status == 401
