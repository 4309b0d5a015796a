"""One unit of work: a transaction with every store in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.attachments import AttachmentStore
from storage.audit import AuditStore
from storage.cases import CaseStore
from storage.conversations import ConversationStore
from storage.documents import DocumentStore
from storage.doors import DoorStore
from storage.ladder import LadderStore
from storage.library import LibraryStore
from storage.outbox import Outbox
from storage.paces import PaceStore
from storage.reception import ReceptionStore
from storage.register import Register
from storage.rights import RightsStore
from storage.session import Database, hold
from storage.staff import StaffStore
from storage.undos import UndoStore


@dataclass(frozen=True, slots=True)
class Unit:
    """The stores of one transaction: all of it is kept, or none."""

    cases: CaseStore
    conversations: ConversationStore
    outbox: Outbox
    staff: StaffStore
    attachments: AttachmentStore
    undos: UndoStore
    ladder: LadderStore
    documents: DocumentStore
    reception: ReceptionStore
    library: LibraryStore
    audit: AuditStore
    doors: DoorStore
    paces: PaceStore
    rights: RightsStore
    register: Register
    hold: Callable[[str], Awaitable[None]]
    """Waits until no other unit of work that holds this key is under way."""


def unit_on(connection: AsyncConnection) -> Unit:
    """The stores on a connection whose transaction somebody else ends."""
    return Unit(
        CaseStore(connection),
        ConversationStore(connection),
        Outbox(connection),
        StaffStore(connection),
        AttachmentStore(connection),
        UndoStore(connection),
        LadderStore(connection),
        DocumentStore(connection),
        ReceptionStore(connection),
        LibraryStore(connection),
        AuditStore(connection),
        DoorStore(connection),
        PaceStore(connection),
        RightsStore(connection),
        Register(connection),
        partial(hold, connection),
    )


@asynccontextmanager
async def working(database: Database, lane: str = "", *, first: bool = False) -> AsyncIterator[Unit]:
    """A unit of work that is durable when its block is left; `lane` and `first` as in `Database.writing`."""
    async with database.writing(lane, first=first) as connection:
        unit = unit_on(connection)
        yield unit
        await unit.outbox.flush()
        await unit.audit.flush()


@asynccontextmanager
async def alone(database: Database, key: str) -> AsyncIterator[Unit]:
    """A unit of work that waits until no other process is in a unit with the same key."""
    async with working(database) as unit:
        await unit.hold(key)
        yield unit


@asynccontextmanager
async def looking(database: Database) -> AsyncIterator[Unit]:
    """A unit that only reads."""
    async with database.reading() as connection:
        yield unit_on(connection)
