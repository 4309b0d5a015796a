"""Sealing everything anew: after a new key came in, and once when an older database learns to seal.

Works table by table in pages by primary key. What the current key sealed already is left alone, so that it may be
stopped and begun again at any time, also while the office works.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Row, Select, Table, Text, and_, inspect, select, tuple_, update

from storage.sealed import Json, Sealed, SealedAddress, SealedJson, sealer_of
from storage.sealing import Sealer, Unreadable, key_id
from storage.session import Database
from storage.tables import metadata

PAGE = 500


@dataclass(frozen=True, slots=True)
class Raw:
    """A table as it is kept: its primary key and its sealed columns, without opening anything."""

    table: Table
    keys: Sequence[Column[Any]]
    sealed: Mapping[str, Sealed | SealedJson | SealedAddress]


def raw_tables(connection: Connection) -> Iterator[Raw]:
    """Every table that has sealed columns, as far as the database has come."""
    look = inspect(connection)
    for table in filter(lambda each: look.has_table(each.name), metadata.sorted_tables):
        there = {column["name"] for column in look.get_columns(table.name)}
        here = [c for c in table.columns if c.name in there]
        sealed = {c.name: c.type for c in here if isinstance(c.type, (Sealed, SealedJson, SealedAddress))}
        if sealed:
            keys = [c for c in table.primary_key.columns if c.name not in sealed]
            own = [Column(c.name, c.type) for c in keys]
            kept = [Column(n, Json if isinstance(t, SealedJson) else Text()) for n, t in sealed.items()]
            raw = Table(table.name, MetaData(), *own, *kept)
            yield Raw(raw, [raw.c[c.name] for c in table.primary_key.columns], sealed)


def reseal(connection: Connection, *, first: bool = False) -> int:
    """Seal every value with the current key; returns how many rows changed. `first`: the values are plain so far."""
    sealer = sealer_of(connection.dialect)
    return sum(_reseal(connection, sealer, raw, first) for raw in raw_tables(connection))


async def reseal_in_steps(database: Database) -> int:
    """`reseal` beside a working office: a page a transaction, its rows held; nobody waits long, nothing is lost."""
    changed = 0
    async with database.reading() as connection:
        raws = await connection.run_sync(lambda sync: list(raw_tables(sync)))
    for raw in raws:
        last: tuple[Any, ...] | None = ()
        while last is not None:
            async with database.writing() as connection:
                done, last = await connection.run_sync(_step, raw, last)
            changed += done
    return changed


def _step(connection: Connection, raw: Raw, after: tuple[Any, ...]) -> tuple[int, tuple[Any, ...] | None]:
    """One page: how many rows changed, and where the next page begins (None: there is none)."""
    rows = connection.execute(_page(raw, after).with_for_update()).all()
    changed = sum(_reseal_row(connection, sealer_of(connection.dialect), raw, row, first=False) for row in rows)
    return changed, _place(raw, rows[-1]) if len(rows) == PAGE else None


def keys_in_use(connection: Connection) -> Counter[str]:
    """How many values each key sealed."""
    return Counter(
        id
        for raw in raw_tables(connection)
        for row in _rows(connection, raw)
        for name in raw.sealed
        if isinstance(value := getattr(row, name), str) and (id := key_id(value))
    )


def _reseal(connection: Connection, sealer: Sealer, raw: Raw, first: bool) -> int:
    return sum(_reseal_row(connection, sealer, raw, row, first) for row in _rows(connection, raw))


def _reseal_row(connection: Connection, sealer: Sealer, raw: Raw, row: Row[Any], first: bool) -> bool:
    new = {name: _anew(sealer, type_, getattr(row, name), first) for name, type_ in raw.sealed.items()}
    if all(new[name] == getattr(row, name) for name in new):
        return False
    where = and_(*(key == getattr(row, key.name) for key in raw.keys))
    connection.execute(update(raw.table).where(where).values(**new))
    return True


def _page(raw: Raw, after: tuple[Any, ...]) -> Select[Any]:
    statement = select(raw.table).order_by(*raw.keys).limit(PAGE)
    return statement.where(tuple_(*raw.keys) > after) if after else statement


def _place(raw: Raw, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(getattr(row, key.name) for key in raw.keys)


def _rows(connection: Connection, raw: Raw) -> Iterator[Row[Any]]:
    last: tuple[Any, ...] = ()
    while True:
        rows = connection.execute(_page(raw, last)).all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = _place(raw, rows[-1])


def _anew(sealer: Sealer, type_: Sealed | SealedJson | SealedAddress, kept: Any, first: bool) -> Any:
    """The value sealed with the current key; an address has one key for ever."""
    if not kept:
        return kept
    if isinstance(type_, SealedAddress):
        return sealer.address(_opened_address(sealer, kept, first))
    if isinstance(kept, str) and key_id(kept) == sealer.keys.current and not first:
        return kept
    if isinstance(type_, SealedJson):
        return type_.sealed(_opened_json(sealer, type_, kept, first), sealer)
    return sealer.seal(_opened(sealer, type_.context, kept, first), type_.context)


def _opened(sealer: Sealer, context: str, kept: str, first: bool) -> str:
    try:
        return sealer.open(kept, context)
    except Unreadable:
        if first:
            return kept
        raise


def _opened_address(sealer: Sealer, kept: str, first: bool) -> str:
    try:
        return sealer.open_address(kept)
    except Unreadable:
        if first:
            return kept
        raise


def _opened_json(sealer: Sealer, type_: SealedJson, kept: Any, first: bool) -> Any:
    try:
        return type_.opened(kept, sealer)
    except Unreadable:
        if first:
            return kept
        raise
