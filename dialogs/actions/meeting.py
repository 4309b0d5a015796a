"""Coming to the office: booking, moving and cancelling a reception slot; saying yes or no to a mediation."""

from cases.rules.desk import DeskError
from dialogs.actions.base import Speaking, refusal, starters
from dialogs.actions.tracking import ask_which, named_number
from dialogs.talk import Event, Talk


class Book(Speaking):
    """A slot of a reception day."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_book"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show the free ones, or take the one that was tapped."""
        number = named_number(talk)
        views = [] if number else await talk.services.desk.own(talk.who)
        number = number or (views[0].number if len(views) == 1 else "")
        if not number:
            return await ask_which(talk, "book", views)
        slot = talk.heard.values.get("s", "")
        if slot.isdecimal():
            return await self._take(talk, number, int(slot))
        await self._offer(talk, number)
        return []

    async def _offer(self, talk: Talk, number: str) -> None:
        free = await talk.services.desk.slots(talk.who, number)
        buttons = [
            {
                "title": talk.text("track.slot", at=talk.moment(each.begins_at), host=each.host),
                "payload": f'/book{{"n":"{number}","s":"{each.id}"}}',
                "row": each.id,
            }
            for each in free
        ]
        key = "track.choose_slot" if free else "track.no_free_slot"
        talk.utter(talk.text(key, number=number), buttons or starters(talk))

    async def _take(self, talk: Talk, number: str, slot: int) -> list[Event]:
        try:
            taken = await talk.services.desk.book(talk.who, number, slot)
        except DeskError as error:
            talk.utter(refusal(talk, error))
            await self._offer(talk, number)
            return []
        text = talk.text(
            "track.booked", number=number, at=talk.moment(taken.begins_at), host=taken.host, place=taken.place
        )
        payload = f'{{"n":"{number}"}}'
        talk.utter(
            text,
            [talk.button("button.move_slot", f"/book{payload}"), talk.button("button.unbook", f"/unbook{payload}")],
        )
        return []


class Unbook(Speaking):
    """The slot is given back."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_unbook"

    async def answer(self, talk: Talk) -> list[Event]:
        """Give it back."""
        number = named_number(talk)
        if not number:
            return await ask_which(talk, "book", await talk.services.desk.own(talk.who))
        await talk.services.desk.unbook(talk.who, number)
        talk.utter(talk.text("track.unbooked", number=number))
        return []


class Mediation(Speaking):
    """Yes or no to a mediation."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_mediation"

    async def answer(self, talk: Talk) -> list[Event]:
        """Note it; it begins only when the other side agrees too."""
        number, answer = named_number(talk), talk.heard.values.get("v", "")
        if not number or answer not in ("agree", "decline"):
            return await ask_which(talk, "book", await talk.services.desk.own(talk.who))
        await talk.services.desk.mediation(talk.who, number, agrees=answer == "agree")
        talk.utter(talk.text(f"track.mediation_{answer}", number=number), replace=True)
        return []
