"""``jiesu receipt``: verifying receipts offline."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.letters.receipts import BadReceipt, public_key, verify_code, verify_file
from bot.settings import Settings, secret_key
from dialogs.phrasebook import say


async def verify(settings: Settings, console: Console, file: Path, key: str) -> bool:
    """Say whether the receipt holds; whether it does."""
    content = await asyncio.to_thread(file.read_bytes)
    proper = key or public_key(secret_key(settings))
    try:
        is_file = content.lstrip().startswith(b"{")
        stamp = verify_file(content, proper) if is_file else verify_code(content.decode(errors="replace"), proper)
    except BadReceipt as bad:
        console.print(say(settings.language, f"letter.bad_{bad.reason}"), markup=False)
        return False
    words = say(settings.language, "letter.verified", number=stamp.number, filed_at=stamp.filed_at, digest=stamp.digest)
    console.print(words, markup=False, soft_wrap=True)
    return True


async def show_key(settings: Settings, console: Console) -> None:
    """Print the public key."""
    console.print(public_key(secret_key(settings)), markup=False, soft_wrap=True)
