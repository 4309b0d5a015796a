"""Everything that a database holds, opened with its keys: what an insider with both could read."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from storage.session import Database
from storage.tables import metadata


async def rows(database: Database) -> list[tuple[str, str]]:
    """Every row of every table, as its table's name and one text."""
    found = []
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                found.append((table.name, "\n".join(f"{name}={value!r}" for name, value in row.items())))
    return found


def raw(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file under a folder (databases with their logs, attachments), as a thief finds it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
