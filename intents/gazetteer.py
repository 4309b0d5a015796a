"""The city's own places, to match what citizens write against; made from the rows of the city's areas file."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from intents.reading import read

_CLOSE = 74.0
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One grid of the city: `area` and `grid` are its codes, `names` the roads, estates and landmarks in it."""

    district: str
    street: str = ""
    community: str = ""
    grid: str = ""
    names: tuple[str, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A known name at ``plain[start:end]``."""

    start: int
    end: int
    name: str
    part: str


class Gazetteer:
    """Finds known names in a text and the grid that they point to."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = tuple(rows)
        self._rows_of: dict[str, list[Row]] = {}
        self._part_of: dict[str, str] = {}
        for row in self.rows:
            self._learn(row)
        self._by_opening: dict[str, list[str]] = {}
        for name in sorted(self._rows_of, key=len, reverse=True):
            self._by_opening.setdefault(name[:_SHORTEST], []).append(name)

    def names_in(self, plain: str) -> list[Found]:
        """The known names in a plain text, the longest at each position, none overlapping."""
        found, position = [], 0
        while position < len(plain) - 1 and self._by_opening:
            name = next(
                (
                    each
                    for each in self._by_opening.get(plain[position : position + 2], ())
                    if plain.startswith(each, position)
                ),
                "",
            )
            if name:
                found.append(Found(position, position + len(name), name, self._part_of[name]))
            position += len(name) or 1
        return found

    def locate(self, plain: str) -> Row | None:
        """The grid that the names in `plain` agree on; names written nearly right count where none is exact."""
        names = [each.name for each in self.names_in(plain)] or self._nearly(plain)
        votes: dict[Row, int] = {}
        for name in names:
            for row in self._rows_of[name]:
                votes[row] = votes.get(row, 0) + 1
        best = max(votes.values(), default=0)
        winners = [row for row, count in votes.items() if count == best]
        return _common(winners) if winners else None

    def _nearly(self, plain: str) -> list[str]:
        close = process.extractOne(plain[:40], self._rows_of.keys(), scorer=ratio, score_cutoff=_CLOSE)
        return [close[0]] if close else []

    def _learn(self, row: Row) -> None:
        parts = (("district", row.district), ("street", row.street), ("community", row.community))
        for part, name in (*parts, *(("road", each) for each in row.names)):
            plain = read(name).plain.strip()
            if len(plain) >= _SHORTEST:
                self._rows_of.setdefault(plain, []).append(row)
                self._part_of.setdefault(plain, part)


def _common(rows: list[Row]) -> Row:
    """What the rows have in common: a road through two grids of one street is that street, without a grid."""
    first = rows[0]
    if len(rows) == 1:
        return first
    district = first.district if all(each.district == first.district for each in rows) else ""
    street = first.street if district and all(each.street == first.street for each in rows) else ""
    return Row(district, street)
