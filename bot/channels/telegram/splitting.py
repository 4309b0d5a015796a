"""Cutting a long text into parts that Telegram takes. Pure."""

PART_UNITS = 4000
"""Telegram's limit is 4,096 UTF-16 code units; a little less leaves room for nobody's mistake."""

REPLACEMENT = "\ufffd"
BREAKS = ("\n\n", "\n", " ")


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def clean(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def split(text: str, limit: int = PART_UNITS) -> list[str]:
    """Cut at blank lines, else at line ends, else at spaces, else anywhere; nothing but white space is lost.

    A text of nothing but white space has no parts: Telegram refuses it.
    """
    parts: list[str] = []
    rest = clean(text).strip()
    while units(rest) > limit:
        head = _prefix(rest, limit)
        cut = _break(head) or len(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _prefix(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` units; a letter is never halved."""
    taken = 0
    for index, letter in enumerate(text):
        taken += 2 if letter > "\uffff" else 1
        if taken > limit:
            return text[:index]
    return text


def _break(head: str) -> int:
    """Where to cut; not in the first half, so that the parts do not become many."""
    for mark in BREAKS:
        if (at := head.rfind(mark)) > len(head) // 2:
            return at
    return 0
