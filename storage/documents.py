"""Where documents are kept: what they say, who approved them, the keys of their files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.documents import Document, DocumentKind
from storage.tables import documents


class DocumentStore:
    """The documents of all cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, document: Document) -> None:
        """Keep a new one."""
        await self._connection.execute(documents.insert().values(**_row(document)))

    async def get(self, id: str) -> Document | None:
        """The document with that id."""
        row = (await self._connection.execute(select(documents).where(documents.c.id == id))).mappings().first()
        return _document(row) if row else None

    async def save(self, document: Document) -> None:
        """Write a changed one back."""
        await self._connection.execute(update(documents).where(documents.c.id == document.id).values(**_row(document)))

    async def of(self, case_number: str) -> Sequence[Document]:
        """The documents of a case, the oldest first."""
        statement = select(documents).where(documents.c.case_number == case_number).order_by(documents.c.created_at)
        return [_document(row) for row in (await self._connection.execute(statement)).mappings()]


def _row(document: Document) -> dict[str, Any]:
    row = {name: getattr(document, name) for name in Document.__slots__}
    return {**row, "kind": document.kind.value, "data": dict(document.data)}


def _document(row: Any) -> Document:
    values = {name: row[name] for name in Document.__slots__}
    return Document(**{**values, "kind": DocumentKind(row["kind"])})
