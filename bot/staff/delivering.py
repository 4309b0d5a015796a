"""The command that looks after messages that did not arrive."""

from collections.abc import Mapping, Sequence

from bot.staff.parsing import Expected
from bot.staff.speaking import Room, Run, Said
from cases.casework import undelivered as letters
from cases.casework.undelivered import Undelivered
from dialogs.messages import Button
from dialogs.wording import say_moment

AGAIN = "send"
ALL = "all"
MOST_NAMED = 20


async def dead(room: Room, rest: str) -> Said:
    """What did not arrive, page by page; ``send`` and numbers, or ``send all``: try again."""
    first, _, numbers = rest.partition(" ")
    if first == AGAIN:
        count = await letters.send_again(room.desk, wanted(numbers))
        return Said(room.cards.text("staff.dead_again", count=count))
    if rest and not (rest.isascii() and rest.isdecimal() and int(rest[:6]) > 0):
        raise Expected
    count, shown = await letters.undelivered(room.desk, int(rest[:6] or 1))
    if not count:
        return Said(room.cards.text("staff.dead_none"))
    lines = [room.cards.text("staff.dead", count=count), *(line(room, each) for each in shown)]
    return Said("\n".join(lines), buttons(room, shown))


def wanted(words: str) -> Sequence[int] | None:
    """The numbers of messages, None for all; raise `Expected`."""
    if words.strip() == ALL:
        return None
    named = words.replace("#", " ").split()
    if not 0 < len(named) <= MOST_NAMED or not all(each.isascii() and each.isdecimal() for each in named):
        raise Expected
    return [int(each[:18]) for each in named]


def line(room: Room, letter: Undelivered) -> str:
    """One message that did not arrive."""
    at = say_moment(room.cards.language, letter.queued_at, room.cards.zone, room.cards.now)
    number = letter.number or "-"
    return room.cards.text(
        "staff.dead_line", id=letter.id, channel=letter.channel, number=number, at=at, why=letter.error
    )


def buttons(room: Room, shown: Sequence[Undelivered]) -> tuple[tuple[Button, ...], ...]:
    """Each again, or all."""
    one = [
        (Button(room.cards.text("staff.dead_button", id=each.id), f"/dead {AGAIN} {each.id}"),) for each in shown[:5]
    ]
    return (*one, (Button(room.cards.text("staff.dead_button_all"), f"/dead {AGAIN} {ALL}"),))


DELIVERING: Mapping[str, Run] = {"dead": dead}
