"""What staff type without a slash: a command by its name, words of their own, or something for the dialogue, which they
use as citizens do when they have a matter of their own.
"""

from collections.abc import Sequence

from bot.staff import asking_back
from bot.staff.meant import Meant, meant
from bot.staff.parsing import Call
from bot.staff.plain import ANYWHERE, named_call, plain_call, shows_code
from bot.staff.speaking import Room, Said
from dialogs.forms.phones import read_phone
from dialogs.messages import Button, InboundMessage
from dialogs.runner.reading import Understand
from dialogs.runner.tracker import waits_for
from intents.understanding import Understanding, Urgency

STORY, SHORT_STORY = "file", 24
"""What tells a new matter; shorter ones are asked about."""
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
        heard = self.understand(words, now=message.sent_at)
        if is_for_the_dialogue(heard):
            return None
        begin = f"/{STORY} {words}".rstrip()
        own = begin if len(begin.encode()) <= asking_back.LONGEST_PAYLOAD else f"/{STORY}"
        buttons = (*room.cards.start_buttons(), (Button(text("staff.button_own"), own),))
        if not words:
            return Said(text("staff.sent_along"), buttons)
        if heard.intent.name in POLITE:
            return Said(text("staff.at_work"), buttons[:1])
        return Said(text("staff.not_understood", words=words[:QUOTED]), buttons)


def is_for_the_dialogue(heard: Understanding) -> bool:
    """Whether it is what the dialogue has to hear from anybody: danger, a story of some length."""
    if heard.urgency is Urgency.EMERGENCY or heard.in_despair or heard.intent.name in FOR_ANYBODY:
        return True
    return heard.intent.name == STORY and len(heard.text) > SHORT_STORY


def _guess(text: str, numbers: Sequence[str], language: str) -> Meant | None:
    """What is meant besides the numbers: by how people say it, else by a command's own name."""
    words = ANYWHERE.sub(" ", text)
    guess = meant(words, numbers[1] if len(numbers) > 1 else "")
    if guess or not (named := named_call(words, language)):
        return guess
    return Meant({named.word: (named.rest,) if named.rest else ()})
