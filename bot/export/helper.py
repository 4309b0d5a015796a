"""A helper process of a large export: reads some spans of the register by itself, and makes them rows of the file.

`bot.export.helping` starts it, and says through its standard input, which nobody else reads, what is to be done (keys
and passwords among it): an `Order`, then one letter when it may look at the database. On its standard output come
frames: an empty one when it is there, one when it has begun to look, then one for each span; or an error. It ends with
its work, or when nobody takes what it made. It imports little: its memory counts.
"""

import gc
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bot.export.making import Maker, Making, Rows
from storage.apart import Ask, Source
from storage.keys import KeySource
from storage.pages import Opening, Question
from storage.sealing import Sealer

FRAME = struct.Struct("<qq")
"""How many rows, and how many bytes follow."""
FAILED = -1
"""In place of the number of rows: what follows is the error."""
Send = Callable[[int, bytes], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a helper does: the spans of `step` ids after each of `starts`, none of them past `until`."""

    source: Source
    keys: KeySource
    question: Question
    making: Making
    starts: range
    step: int
    until: int


def main() -> None:
    """Do what was ordered; the error, if there is one, is the last that is sent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C stops the export, and that stops us
    gc.disable()  # pages have no circles, and there is nothing else
    out = own_output()

    def send(count: int, content: bytes) -> None:
        out.write(FRAME.pack(count, len(content)) + content)
        out.flush()

    try:
        work(pickle.load(sys.stdin.buffer), sys.stdin.buffer, send)
    except BrokenPipeError:
        os._exit(1)  # nobody listens; closing would try to write once more
    except Exception as error:
        send(FAILED, told(error))


def own_output() -> BinaryIO:
    """Standard output for the frames alone: what anybody prints goes where errors go."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def work(order: Order, orders: BinaryIO, send: Send) -> None:
    """Make the rows of the order's spans."""
    maker, sealer = order.making.maker(), Sealer(order.keys)
    opening = Opening(order.question, sealer)
    send(0, b"")
    if not orders.read(1):
        return  # who ordered is gone
    with order.source.looked_at() as ask:
        send(0, b"")
        for start in order.starts:
            made = list(made_of(order, start, ask, opening, maker))
            send(sum(rows.count for rows in made), b"".join(rows.content for rows in made))


def made_of(order: Order, after: int, ask: Ask, opening: Opening, maker: Maker) -> Iterator[Rows]:
    """The rows of one span, page by page."""
    until = min(after + order.step, order.until)
    while after < until:
        rows = ask(order.question.text, order.question.between(after, until))
        if rows:
            yield maker.rows(opening.page(rows))
        after = order.question.next_after(rows, until)


def told(error: Exception) -> bytes:
    """The error, to be raised in the other process; in words where it cannot be sent."""
    try:
        sent = pickle.dumps(error)
        pickle.loads(sent)
        return sent
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
