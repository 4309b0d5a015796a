"""Zip archives that a password opens: WinZip's AE-2 with AES-256, which 7-Zip, WinZip and Keka read."""

from pathlib import Path

import pyzipper


def new_archive(out: Path, password: str) -> pyzipper.AESZipFile:
    """An archive to write, for its owner only; encrypted where a password is given."""
    mode = {"encryption": pyzipper.WZ_AES} if password else {}
    archive = pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, **mode)
    out.chmod(0o600)
    if password:
        archive.setpassword(password.encode())
    return archive
