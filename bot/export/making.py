"""A page of cases as rows of the file: who may have which, what is withheld, how it stands there; in any process."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from bot.export.admission import Admission, Asker, Everything
from bot.export.columns import View, cells, read_for
from bot.export.writers import FORMATS
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the file: how many, and the file's bytes."""

    count: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Making:
    """How rows are made: looked at so, for whom (None: for who sits at the command line), in which format."""

    view: View
    asker: Asker | None
    format: str

    def maker(self) -> "Maker":
        """What makes them."""
        return Maker(self)


class Maker:
    """Makes rows, and remembers what it worked out."""

    def __init__(self, making: Making) -> None:
        self._view = making.view
        self._admission = Admission(making.asker, making.view.city) if making.asker else Everything()
        self._rows = FORMATS[making.format].rows

    @property
    def reads(self) -> Sequence[str]:
        """The columns that a page must have."""
        return tuple(dict.fromkeys((*read_for(self._view), *self._admission.reads)))

    def rows(self, page: Page) -> Rows:
        """The rows of a page."""
        admitted, named = self._admission.of(page)
        found = cells(page, self._view, named)
        shown = found if all(admitted) else [list(compress(column, admitted)) for column in found]
        return Rows(sum(admitted), self._rows(shown))
