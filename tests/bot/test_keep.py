"""What people send as files: judged by content, pictures without place and device, bombs and tricks refused."""

import asyncio
import io
import struct
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.contract import AttachmentRejected
from bot.examining import MOST_UNPACKED, checked_type, stripped
from bot.keep import LARGEST, Keeper
from bot.scanning import Scanner
from dialogs.messages import AttachmentKind
from dialogs.phrasebook import LANGUAGES, say
from storage.attachments import AttachmentFiles
from storage.session import Database
from storage.unit import looking
from tests.support.clock import TestClock
from tests.support.rows import raw

WORD = "word/document.xml"
DEVICE = b"Marked Phone 9"


def photo(kind: str = "JPEG", side: int = 40) -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = DEVICE.decode()
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 7.0)
    file = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(file, kind, exif=exif)
    return file.getvalue()


def document(files: dict[str, bytes]) -> bytes:
    """A Word file with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", '<Types xmlns="..." />')
        packed.writestr("_rels/.rels", "")
        packed.writestr(WORD, "<w/>")
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()


async def stream(content: bytes) -> AsyncIterator[bytes]:
    yield content


def why(content: bytes) -> str:
    """The reason for which a content is refused; empty when it is taken."""
    try:
        media_type = checked_type(content)
        if media_type.startswith("image/"):
            stripped(content, media_type)
    except AttachmentRejected as rejected:
        for language in LANGUAGES:
            say(language, f"attachment.rejected.{rejected.reason}")
        return rejected.reason
    return ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_kept_without_place_and_device_and_its_original_sealed(
    sqlite: Database, clock: TestClock, tmp_path: Path, kind: str
) -> None:
    files = AttachmentFiles(tmp_path / "files", sqlite.sealer)
    kept = await Keeper(sqlite, files, clock).put("IMG.jpg", AttachmentKind.PHOTO, stream(photo(kind)))
    shown = await files.read(kept.key)
    assert DEVICE not in shown
    with Image.open(io.BytesIO(shown)) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 40)
    async with looking(sqlite) as unit:
        stored = await unit.attachments.get(kept.key)
    assert stored
    assert await files.read(stored.original) == photo(kind)
    assert all(DEVICE not in content for _, content in raw(tmp_path))


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    script = b"<script>alert(1)</script>"
    assert why(photo() + script) == ""
    assert script not in stripped(photo() + script, "image/jpeg")
    assert script not in stripped(photo("PNG") + document({"x": script}), "image/png")


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    assert why(document({"word/media/x": bytes(MOST_UNPACKED + 1)})) == "bomb"
    lying = document({"word/media/x": bytes(1_000)})
    at = lying.rindex(b"PK\x01\x02")
    lying = lying[: at + 24] + struct.pack("<I", 10) + lying[at + 28 :]  # the table says ten bytes
    assert why(lying) == "broken"
    wide = io.BytesIO()
    Image.new("1", (6_000, 6_000)).save(wide, "PNG")
    assert len(wide.getvalue()) < 100_000
    assert why(wide.getvalue()) == "bomb"
    many = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in range(250)]
    frames[0].save(many, "GIF", save_all=True, append_images=frames[1:])
    assert why(many.getvalue()) == "bomb"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (document({}), ""),
        (document({"word/vbaProject.bin": b"x"}), "macros"),
        (document({})[:-30], "broken"),
        (b"PK\x03\x04" + bytes(40), "kind"),
        (b"<html><script>1</script>", "kind"),
        (b"MZ" + bytes(100), "kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "broken"),
        (photo()[:200], "broken"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        ("说明：昨晚还在施工".encode(), ""),
    ],
)
def test_each_is_judged_by_what_it_is(content: bytes, reason: str) -> None:
    assert why(content) == reason


async def test_a_path_is_no_part_of_a_name(sqlite: Database, clock: TestClock, tmp_path: Path) -> None:
    keeper = Keeper(sqlite, AttachmentFiles(tmp_path, sqlite.sealer), clock)
    for name in ("../../etc/passwd", "C:\\Users\\li\\passwd", "/etc/passwd", "\u202epasswd\u0000"):
        kept = await keeper.put(name, AttachmentKind.DOCUMENT, stream("一段文字".encode()))
        assert kept.name == "passwd"
    with pytest.raises(AttachmentRejected, match="too_large"):
        await keeper.put("x", AttachmentKind.DOCUMENT, stream(bytes(LARGEST + 1)))


class Clamd:
    """A daemon that speaks INSTREAM, and finds the test word."""

    def __init__(self, answer: bytes = b"") -> None:
        self.answer = answer
        self.seen = b""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            self.seen += await reader.readexactly(size)
        found = b"stream: Test.Signature FOUND\0" if b"EICAR" in self.seen else b"stream: OK\0"
        writer.write(self.answer or found)
        await writer.drain()
        writer.close()


@pytest.mark.parametrize(
    ("words", "answer", "reason"),
    [
        ("hello " * 30_000, b"", ""),
        ("EICAR", b"", "virus"),
        ("x", b"INSTREAM size limit exceeded. ERROR\0", "unchecked"),
    ],
)
async def test_the_scanner_decides(
    sqlite: Database, clock: TestClock, tmp_path: Path, words: str, answer: bytes, reason: str
) -> None:
    clamd = Clamd(answer)
    server = await asyncio.start_unix_server(clamd, tmp_path / "c")
    keeper = Keeper(sqlite, AttachmentFiles(tmp_path / "f", sqlite.sealer), clock, Scanner(str(tmp_path / "c")))
    async with server:
        if reason:
            with pytest.raises(AttachmentRejected, match=reason):
                await keeper.put("x", AttachmentKind.DOCUMENT, stream(words.encode()))
        else:
            await keeper.put("x", AttachmentKind.DOCUMENT, stream(words.encode()))
    assert clamd.seen == words.encode()


async def test_without_an_answer_nothing_is_taken_unseen(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nobody"), "127.0.0.1:9"):
        with pytest.raises(AttachmentRejected, match="unchecked"):
            await Scanner(address).check(b"x")
