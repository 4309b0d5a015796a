"""``jiesu audit``: is the log of who saw and did what whole, and what stands in it.

The chain shows what was changed, taken out or put in. That its end was rolled back to an older one shows only against
an anchor that was noted outside the database: every good check notes one beside it, and prints it to be kept elsewhere.
"""

from pathlib import Path

from rich.console import Console

from bot.app import build
from bot.exports import operator
from bot.settings import Settings, SettingsError
from dialogs.phrasebook import say
from storage.audit import AuditLine
from storage.unit import looking, working

ANCHOR = "audit.anchor"


async def verify(settings: Settings, console: Console, anchor: str) -> bool:
    """Check the whole chain, against `anchor` (``number:code``) or the one in the folder; whether it holds."""
    app = build(settings)
    file = settings.folder / ANCHOR
    noted = anchor or (file.read_text(encoding="ascii").strip() if file.exists() else "")
    try:
        async with looking(app.database) as unit:
            faults = [fault async for fault in unit.audit.verify()]
            rolled_back = bool(noted) and not await unit.audit.holds(*read_anchor(noted))
            length, code = await unit.audit.head()
    finally:
        await app.database.aclose()
    language = settings.language
    for fault in faults:
        console.print(say(language, "audit.fault", line=fault.seq, what=say(language, f"audit.{fault.what}")))
    if rolled_back:
        console.print(say(language, "audit.rolled_back", anchor=noted))
    if faults or rolled_back:
        return False
    note(file, f"{length}:{code}")
    console.print(say(language, "audit.whole", count=length, anchor=f"{length}:{code}"))
    return True


def read_anchor(text: str) -> tuple[int, str]:
    """Number and code of a line; raise `SettingsError`."""
    number, _, code = text.partition(":")
    if not (number.isdecimal() and code):
        raise SettingsError("--anchor: must be number:code, as the last check printed it")
    return int(number), code


def note(file: Path, anchor: str) -> None:
    """Keep the anchor beside the database."""
    if not anchor.startswith("0:"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(anchor + "\n", encoding="ascii")


async def show(settings: Settings, console: Console, action: str, subject: str, limit: int) -> None:
    """Print the newest lines; that somebody looked is a line too."""
    app = build(settings)
    try:
        async with working(app.database) as unit:
            lines = await unit.audit.newest(action, subject, limit)
            unit.audit.log(AuditLine(app.clock(), operator(), "audit", subject, "allowed", "", {}))
    finally:
        await app.database.aclose()
    for line in reversed(lines):
        parts = (f"{line.at:%Y-%m-%d %H:%M:%S}", line.actor, line.action, line.subject, line.outcome, line.reason)
        data = " ".join(f"{name}={value}" for name, value in sorted(line.data.items()))
        console.print("  ".join(part for part in (*parts, data) if part), markup=False)
