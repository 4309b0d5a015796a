"""Zip archives that a password opens: WinZip's AE-2 with AES-256, which 7-Zip, WinZip and Keka read."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyzipper

PASSWORD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is taken for another when it is typed."""
PASSWORD_LENGTH = 16
"""80 bits; AE-2 hashes a guess a thousand times."""


def new_password() -> str:
    """A password in groups of four letters."""
    drawn = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, PASSWORD_LENGTH, 4))


def lock(file: Path, password: str, name: str = "") -> Path:
    """The file in an encrypted archive beside it, called `name` in there; the open one is gone."""
    out = file.with_name(f"{file.name}.locked")
    with new_archive(out, password) as archive:
        archive.write(file, name or file.name)
    file.unlink()
    return out


def new_archive(out: Path, password: str) -> "pyzipper.AESZipFile":
    """An archive to write, for its owner only; encrypted where a password is given."""
    import pyzipper

    mode = {"encryption": pyzipper.WZ_AES} if password else {}
    archive = pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, **mode)
    out.chmod(0o600)
    if password:
        archive.setpassword(password.encode())
    return archive
