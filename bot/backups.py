"""``jiesu backup`` and ``jiesu restore``: database and files in one archive, encrypted where a password is given.

Personal data in it are sealed as they are in the database, so the archive is worth nothing without the keys. The keys
come along only into an archive with a password (AES-256, WinZip's AE-2); else they are to be kept somewhere else.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath

import pyzipper
from rich.console import Console

from bot.archives import new_archive
from bot.settings import KEY_FILE, Settings, SettingsError
from dialogs.phrasebook import say
from storage.session import sqlite_file

DATABASE = "jiesu.db"
ATTACHMENTS = "attachments"


def database_file(settings: Settings) -> Path:
    """The SQLite file; raise `SettingsError` for another kind of database."""
    file = sqlite_file(settings.database_url)
    if file is None:
        raise SettingsError(say(settings.language, "backup.postgres"))
    return file


async def backup(settings: Settings, console: Console, out: Path, password: str, *, keys: bool) -> None:
    """Write the archive while the office works: the database as it stood at one moment."""
    source = database_file(settings)
    if keys and not password:
        raise SettingsError(say(settings.language, "backup.keys_need_password"))
    if not source.exists():
        raise SettingsError(say(settings.language, "backup.nothing"))
    count = await asyncio.to_thread(_write, settings, source, out, password, keys)
    console.print(say(settings.language, "backup.done", out=str(out), count=count), markup=False)


def _write(settings: Settings, source: Path, out: Path, password: str, keys: bool) -> int:
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder, new_archive(out, password) as archive:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)
        archive.write(copy, DATABASE)
        files = [path for path in sorted((settings.folder / ATTACHMENTS).rglob("*")) if path.suffix != ".part"]
        for path in filter(Path.is_file, files):
            archive.write(path, f"{ATTACHMENTS}/{path.relative_to(settings.folder / ATTACHMENTS).as_posix()}")
        if keys and (settings.folder / KEY_FILE).exists():
            archive.write(settings.folder / KEY_FILE, KEY_FILE)
    return sum(path.is_file() for path in files)


async def restore(settings: Settings, console: Console, file: Path, password: str) -> None:
    """Put an archive back where nothing is yet; raise `SettingsError` where something is, or it does not open."""
    target = database_file(settings)
    if target.exists() or (settings.folder / ATTACHMENTS).exists():
        raise SettingsError(say(settings.language, "backup.not_empty"))
    try:
        count = await asyncio.to_thread(_read, settings, target, file, password)
    except (RuntimeError, OSError, KeyError, pyzipper.BadZipFile):
        raise SettingsError(say(settings.language, "backup.does_not_open")) from None
    console.print(say(settings.language, "backup.restored", count=count), markup=False)


def _read(settings: Settings, target: Path, file: Path, password: str) -> int:
    settings.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder, pyzipper.AESZipFile(file) as archive:
        if password:
            archive.setpassword(password.encode())
        names = [name for name in archive.namelist() if ours(name)]
        for name in names:
            archive.extract(name, folder)
        opened = Path(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if (opened / ATTACHMENTS).exists():
            shutil.move(opened / ATTACHMENTS, settings.folder / ATTACHMENTS)
        if (opened / KEY_FILE).exists() and not (settings.folder / KEY_FILE).exists():
            (opened / KEY_FILE).chmod(0o600)
            shutil.move(opened / KEY_FILE, settings.folder / KEY_FILE)
        shutil.move(opened / DATABASE, target)
    return sum(name.startswith(f"{ATTACHMENTS}/") for name in names)


def ours(name: str) -> bool:
    """A name that our archives have, and no way out of the folder."""
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts
    return inside and (name in (DATABASE, KEY_FILE) or path.parts[0] == ATTACHMENTS)
