"""The city's own places, to match what citizens write against; made from the rows of the city's areas file."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One grid of the city. `names`: roads, estates, landmarks and other names that lie in it."""

    district: str
    street: str = ""
    community: str = ""
    grid: str = ""
    names: tuple[str, ...] = ()
    area: str = ""


class Gazetteer:
    """Finds a place's area and grid."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
