"""The dialogue runs without rasa-sdk's server, and the server runs with the dialogue."""

import subprocess
import sys

import pytest

ENGINE = "import dialogs.engine, sys; assert 'sanic' not in sys.modules"
SERVER = (
    "import dialogs.engine, rasa_sdk.endpoint, sanic; rasa_sdk.endpoint.create_app('dialogs'); sanic.Sanic('other')"
)
SERVER_FIRST = "import rasa_sdk.endpoint, dialogs.engine, sanic, rasa_sdk.plugin as it; assert it.Sanic is sanic.Sanic"


@pytest.mark.parametrize("program", [ENGINE, SERVER, SERVER_FIRST], ids=["engine", "then server", "server first"])
def test_whoever_asks_for_the_server_gets_it_and_nobody_else(program: str) -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
