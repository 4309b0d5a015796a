"""Column types that seal what goes into the database and open what comes out: nothing else has to think of it.

The sealer is the engine's: `attach` puts it where SQLAlchemy hands it to every column, its dialect.
"""

import json
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import JSON, Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeEngine

from storage.sealing import QUOTED, Sealer, Unreadable

Json = JSON().with_variant(JSONB(), "postgresql")
ATTRIBUTE = "jiesu_sealer"


def attach(engine: Engine, sealer: Sealer) -> None:
    """Give the engine its sealer."""
    setattr(engine.dialect, ATTRIBUTE, sealer)


def sealer_of(dialect: Dialect) -> Sealer:
    """The sealer of the engine at work."""
    return cast(Sealer, getattr(dialect, ATTRIBUTE))


class Sealed(TypeDecorator[str]):
    """Text that is sealed under `context`. `was`: the length that SQLite's old column declares; it takes any."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str, was: int | None = None) -> None:
        super().__init__()
        self.context = context
        self.was = was

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text; SQLite keeps the declaration that it has."""
        short = self.was is not None and dialect.name == "sqlite"
        return String(self.was) if short else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else sealer_of(dialect).seal(value, self.context)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open; raise `Unreadable`."""
        return None if value is None else sealer_of(dialect).open(value, self.context)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Seals a column's values without asking anew for each how."""
        seal, context = sealer_of(dialect).seal, self.context
        return lambda value: None if value is None else seal(value, context)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], str | None]:
        """Opens a column's values without asking anew for each how."""
        opened = sealer_of(dialect).opener(self.context)
        return lambda value: None if value is None else opened(value)


class SealedJson(TypeDecorator[Any]):
    """A JSON value that is sealed under `context`; kept as a JSON string."""

    impl = Json
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def sealed(self, value: Any, sealer: Sealer) -> Any:
        """The form in which it is kept; an empty list or object needs no sealing."""
        if not value:
            return value
        return sealer.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), self.context)

    def opened(self, kept: Any, sealer: Sealer) -> Any:
        """The value; raise `Unreadable`."""
        if not kept:
            return kept
        if not isinstance(kept, str):
            raise Unreadable(f"{self.context}: not sealed")
        return json.loads(sealer.open(kept, self.context))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal."""
        return self.sealed(value, sealer_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open; raise `Unreadable`."""
        return self.opened(value, sealer_of(dialect))

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:
        """Opens a column's values; a sealed one is JSON text in quotes, of letters that need no unescaping."""
        opened, read = sealer_of(dialect).opener(self.context), super().result_processor(dialect, coltype)

        def process(value: Any) -> Any:
            if isinstance(value, str) and value.startswith(QUOTED):
                return json.loads(opened(value[1:-1]))
            return read(value) if read else value

        return process


class SealedAddress(TypeDecorator[str]):
    """A chat address (``channel:id``), kept so that equal ones are found."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text; SQLite keeps the declaration that it has."""
        return String(200) if dialect.name == "sqlite" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else sealer_of(dialect).address(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open; raise `Unreadable`."""
        return None if value is None else sealer_of(dialect).open_address(value)
