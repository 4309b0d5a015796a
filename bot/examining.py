"""Is a file what it says, and harmless enough to keep? Its content alone decides, not its name or declared type.

A picture is written anew, turned upright, without anything but its pixels: position, device, and whatever was hidden
behind its end are gone. Office files are unpacked in thought, within limits. OWASP ASVS 5.0, 5.2 and 5.3.
"""

import io
import warnings
import zipfile
import zlib

import filetype
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from bot.channels.contract import AttachmentRejected

MOST_PIXELS = 25_000_000
"""Of all frames together; Pillow only warns, at 144 megapixels."""
MOST_FRAMES = 200
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 2_000
CHUNK = 64 * 1024
QUALITY = 90
OFFICE = "application/vnd.openxmlformats-officedocument."
TAKEN = {
    "image": {"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"},
    "sound": {"audio/ogg", "audio/mpeg", "audio/x-wav", "audio/mp4", "audio/amr", "audio/aac", "audio/m4a"},
    "film": {"video/mp4", "video/quicktime", "video/webm", "video/3gpp", "video/x-matroska"},
    "paper": {
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        f"{OFFICE}wordprocessingml.document",
        f"{OFFICE}spreadsheetml.sheet",
        f"{OFFICE}presentationml.presentation",
    },
}
UNSTRIPPED = {"image/heic", "image/heif", "image/avif"}
"""Pictures that we cannot write anew, so that their position would stay in them."""
MACROS = "vbaproject.bin"
TEXT = "text/plain"
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/bmp": "BMP"}


def family(media_type: str) -> str:
    """What sort of thing it is: ``image``, ``sound``, ``film`` or ``paper``."""
    return next((each for each, types in TAKEN.items() if media_type in types), "paper")


def checked_type(content: bytes) -> str:
    """The media type by content; raise `AttachmentRejected` for what is not taken or may do harm."""
    guess = filetype.guess_mime(content)
    if guess is None:
        return plain_text(content)
    if guess in UNSTRIPPED:
        raise AttachmentRejected("heic")
    if not any(guess in types for types in TAKEN.values()):
        raise AttachmentRejected("kind")
    if str(guess).startswith(OFFICE):
        check_office(content)
    return str(guess)


def plain_text(content: bytes) -> str:
    """Text without markup is taken as such."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise AttachmentRejected("kind") from None
    if "\x00" in text or "<" in text[:512]:
        raise AttachmentRejected("kind")
    return TEXT


def check_office(content: bytes) -> None:
    """An office file that unpacks, to no more than it may, and carries no macros and nothing before its start."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
                raise AttachmentRejected("bomb")
            if any(each.filename.lower().endswith(MACROS) for each in entries):
                raise AttachmentRejected("macros")
            _unpack(packed, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise AttachmentRejected("broken") from None


def _unpack(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """What really comes out, whatever the table says; nothing is kept."""
    room = MOST_UNPACKED
    for each in entries:
        with packed.open(each) as file:
            while part := file.read(CHUNK):
                room -= len(part)
                if room < 0:
                    raise AttachmentRejected("bomb")


def stripped(content: bytes, media_type: str) -> bytes:
    """The picture written anew from its pixels; raise `AttachmentRejected` for what does not open or is too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as picture:
                return _written(picture, media_type)
    except AttachmentRejected:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise AttachmentRejected("broken") from None


def _written(picture: Image.Image, media_type: str) -> bytes:
    frames = getattr(picture, "n_frames", 1)
    if picture.width * picture.height * frames > MOST_PIXELS or frames > MOST_FRAMES:
        raise AttachmentRejected("bomb")
    out = io.BytesIO()
    kind = FORMATS[media_type]
    quality = {"quality": QUALITY} if kind in ("JPEG", "WEBP") else {}
    if frames > 1 and kind in ("GIF", "WEBP", "PNG"):
        first, *others = [bare(frame.copy()) for frame in ImageSequence.Iterator(picture)]
        more = {"save_all": True, "append_images": others, "duration": picture.info.get("duration", 100), "loop": 0}
        first.save(out, kind, **quality, **more)
    else:
        bare(ImageOps.exif_transpose(picture)).save(out, kind, **quality)
    return out.getvalue()


def bare(picture: Image.Image) -> Image.Image:
    """The pixels and how transparent they are; no position, device, comment or thumbnail."""
    picture.load()
    for name in [name for name in picture.info if name != "transparency"]:
        del picture.info[name]
    getexif = picture.getexif()
    for tag in list(getexif):
        del getexif[tag]
    return picture
