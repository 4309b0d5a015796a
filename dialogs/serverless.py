"""rasa-sdk without its server.

The package imports Sanic, which its action server runs on, for a single annotation: a tenth of a second and 8 MB at
every start, although its executor runs in our own process here and nobody is ever served by it.
"""

import sys
from importlib import import_module
from types import ModuleType


def import_sdk() -> None:
    """Import rasa-sdk with an empty module in Sanic's place, which is gone afterwards: who asks for Sanic gets Sanic.

    Does nothing where either is there already, as in rasa-sdk's own server (``python -m rasa_sdk``).
    """
    if "rasa_sdk" in sys.modules or "sanic" in sys.modules:
        return
    stand_in = ModuleType("sanic")
    setattr(stand_in, "Sanic", object)  # noqa: B010  (mypy knows no such attribute)
    sys.modules["sanic"] = stand_in
    try:
        import_module("rasa_sdk")
    finally:
        del sys.modules["sanic"]
