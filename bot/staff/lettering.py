"""The commands around documents: draft, approve, throw away, list."""

from collections.abc import Mapping

from bot.staff.parsing import Expected, number_and_words, number_only
from bot.staff.speaking import Room, Run, Said
from cases.casework import documents
from cases.rules.documents import Document, DocumentKind
from dialogs.messages import Button
from dialogs.phrasebook import LANGUAGES, say

DRAFTED = tuple(kind for kind in DocumentKind if kind is not DocumentKind.RECEIPT)


async def letter(room: Room, rest: str) -> Said:
    """A draft of a document."""
    number, words = number_and_words(rest)
    word, _, said = words.partition(" ")
    kind = kind_called(word)
    if kind is None:
        raise Expected
    document = await documents.draft(room.desk, number, kind, said.strip())
    await documents.again(room.desk, document.id)
    text = room.cards.text
    buttons = (
        Button(text("button.issue"), f"/issue {document.id}"),
        Button(text("button.void"), f"/void {document.id}"),
    )
    return Said(text("letter.drafted", title=text(f"letter.{kind}"), number=document.case_number), (buttons,))


async def issue(room: Room, rest: str) -> Said:
    """Approve a draft."""
    document = await documents.issue(room.desk, one_word(rest))
    text = room.cards.text
    title = text(f"letter.{document.kind}")
    return Said(text("letter.issued", title=title, document=document.number, number=document.case_number))


async def void(room: Room, rest: str) -> Said:
    """Throw a draft away."""
    document = await documents.void(room.desk, one_word(rest))
    return Said(room.cards.text("letter.voided", title=room.cards.text(f"letter.{document.kind}")))


async def letters(room: Room, rest: str) -> Said:
    """The documents of a case."""
    found = await documents.listed(room.desk, number_only(rest))
    lines = [line(room, each) for each in found]
    buttons = tuple((Button(name_of(room, each), f"/print {each.id}"),) for each in found)
    return Said("\n".join(lines) if lines else room.cards.text("letter.none"), buttons)


async def print_(room: Room, rest: str) -> Said:
    """A document to look at or to print."""
    document = await documents.again(room.desk, one_word(rest))
    return Said(room.cards.text("letter.sent", title=room.cards.text(f"letter.{document.kind}")))


def line(room: Room, document: Document) -> str:
    """One document in a list."""
    text = room.cards.text
    return text(
        "letter.line",
        title=text(f"letter.{document.kind}"),
        document=document.number or text("letter.draft"),
        account=document.approved_by or document.created_by,
    )


def name_of(room: Room, document: Document) -> str:
    """What it is, and its number once it has one."""
    return f"{room.cards.text(f'letter.{document.kind}')} {document.number}".rstrip()


def one_word(rest: str) -> str:
    """A document's id and nothing else."""
    if not rest or " " in rest:
        raise Expected
    return rest


def kind_called(word: str) -> DocumentKind | None:
    """The kind by its code or its name in any language."""
    for kind in DRAFTED:
        names = (kind.value, *(say(language, f"letter.{kind}").casefold() for language in LANGUAGES))
        if word.casefold() in names:
            return kind
    return None


LETTERING: Mapping[str, Run] = {
    "letter": letter,
    "issue": issue,
    "void": void,
    "letters": letters,
    "print": print_,
}
