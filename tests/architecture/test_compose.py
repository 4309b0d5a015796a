"""docker-compose.yml: one process by default, many behind a proxy with the profile `many`, all of them alike."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.channels.webchat.rest import REQUEST_ID
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def services() -> dict[str, Any]:
    """What the file starts."""
    tree = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(tree["services"], dict)
    return tree["services"]


def test_one_process_and_its_database_start_by_default() -> None:
    assert {name for name, each in services().items() if "profiles" not in each} == {"database", "jiesu"}


def test_the_profile_has_more_processes_workers_and_a_proxy() -> None:
    many = {name: each for name, each in services().items() if each.get("profiles") == ["many"]}
    assert many.keys() == {"serve", "worker", "proxy"}
    assert many["worker"]["command"][:2] == ["jiesu", "worker"]
    assert "ports" not in many["serve"] and "ports" not in many["worker"], "else only one of them could start"


def test_all_share_the_database_the_keys_and_the_files() -> None:
    found = services()
    for name in ("DATABASE_URL", "KEYS", "SECRET_KEY", "TELEGRAM_TOKEN"):
        values = {found[each]["environment"][f"JIESU_{name}"] for each in ("jiesu", "serve", "worker")}
        assert len(values) == 1
    assert {str(found[each]["volumes"]) for each in ("jiesu", "serve", "worker")} == {"['files:/data']"}


def test_every_setting_in_it_exists() -> None:
    named = {name for each in services().values() for name in each.get("environment", ()) if name.startswith("JIESU_")}
    assert {name.removeprefix("JIESU_").lower() for name in named} <= Settings.model_fields.keys()


def test_the_proxy_knows_every_process_and_what_they_need_of_it() -> None:
    assert services()["proxy"]["volumes"][0].startswith("./docs/nginx.conf:")
    conf = (ROOT / "docs/nginx.conf").read_text()
    assert set(re.findall(r"server (\w+):8080", conf)) == {"jiesu", "serve"}
    assert f"proxy_set_header {REQUEST_ID} $request_id;" in conf
    assert re.search(r"location = /chat/events \{[^}]*proxy_buffering off;", conf)
