"""What staff type without a slash: a command by its name, words of their own, or something for the dialogue, which they
use as citizens do when they have a matter of their own.
"""

from collections.abc import Sequence

from bot.staff import asking_back
from bot.staff.meant import Meant, meant
from bot.staff.parsing import Call
from bot.staff.plain import ANYWHERE, named_call, plain_call, shows_code
from bot.staff.speaking import Room, Said
from cases.rules.tongues import weights
from dialogs.forms.phones import read_phone
from dialogs.messages import Button, InboundMessage
from dialogs.runner.reading import Understand
from dialogs.runner.tracker import waits_for
from intents.understanding import Understanding, Urgency

STORY, SHORT_STORY = "file", 12
"""What tells a new matter; words below which one is asked about."""
FOR_ANYBODY = frozenset({"language", "abuse"})
"""What the dialogue answers anybody."""
POLITE = frozenset({"thank", "greet", "affirm", "deny"})
"""What asks for nothing."""
QUOTED = 30


class Listening:
    """Finds out what somebody of the staff wants who does not type a command."""

    def __init__(self, understand: Understand) -> None:
        self.understand = understand

    async def hear(self, room: Room, message: InboundMessage) -> Call | Said | None:
        """The command, an answer, or None for the dialogue: what it waits for, their own cases, a story."""
        text, language = message.text.strip(), room.cards.language
        numbers = [found[0] for found in ANYWHERE.finditer(text)]
        if numbers and (shows_code(text) or read_phone(text) or await room.desk.filed(numbers[0])):
            return None
        if call := plain_call(text, language):
            return call
        if not numbers and await self._is_a_citizen_now(room, message):
            return None
        guess = _guess(text, numbers, language)
        if guess:
            return await asking_back.answer(room, guess, numbers[0] if numbers else "")
        if numbers:
            return Call("case", numbers[0])
        return await self._unclear(room, message)

    async def _is_a_citizen_now(self, room: Room, message: InboundMessage) -> bool:
        """Whether the dialogue waits for what they say, or they have a case of their own and talk about no other."""
        address, unit = str(message.address), room.desk.work.unit
        kept = await unit.conversations.peek(address)
        if kept is not None and waits_for(kept.state, message.text):
            return True
        return bool(await unit.cases.own(address, limit=1)) and not await room.desk.looked_at(asking_back.RECENT)

    async def _unclear(self, room: Room, message: InboundMessage) -> Said | None:
        """Neither a command nor a story: never taken for a complaint, never left without an answer."""
        words, text = message.text.strip(), room.cards.text
        heard, number = self.understand(words, now=message.sent_at), await room.desk.looked_at(asking_back.RECENT)
        if is_for_the_dialogue(heard, working=bool(number)):
            return None
        start = room.cards.start_buttons()
        if heard.intent.name in POLITE:
            return Said(text("staff.at_work"), start)
        begin = f"/{STORY} {words}".rstrip()
        own = (Button(text("staff.button_own"), begin if asking_back.fits(begin) else f"/{STORY}"),)
        if not words:
            return Said(text("staff.sent_along"), (*start, own))
        lines, buttons = [text("staff.not_understood", words=words[:QUOTED])], [*start, own]
        if number:
            note = f"/note {number} {words}"
            lines.append(text("staff.or_note", command=note))
            buttons[:0] = [(Button(text("staff.help.note"), note),)] if asking_back.fits(note) else []
        return Said("\n".join(lines), tuple(buttons))


def is_for_the_dialogue(heard: Understanding, *, working: bool) -> bool:
    """Whether it is what the dialogue has to hear from anybody: danger, a story of some length; `working`: who has a
    case at hand tells of that one.
    """
    if heard.urgency is Urgency.EMERGENCY or heard.in_despair or heard.intent.name in FOR_ANYBODY:
        return True
    return heard.intent.name == STORY and not working and sum(weights(heard.text).values()) > SHORT_STORY


def _guess(text: str, numbers: Sequence[str], language: str) -> Meant | None:
    """What is meant besides the numbers: by how people say it, else by a command's own name."""
    words = ANYWHERE.sub(" ", text)
    guess = meant(words, numbers[1] if len(numbers) > 1 else "")
    if guess or not (named := named_call(words, language)):
        return guess
    return Meant({named.word: (named.rest,) if named.rest else ()})
