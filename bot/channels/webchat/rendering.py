"""The pages: jinja2 templates, one style sheet, one script, in the reader's language."""

from functools import partial
from hashlib import sha256
from pathlib import Path

import orjson
import yaml
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.webchat.languages import COOKIE, chosen, known, language_of
from cases.rules.city import QUICK, City, named
from dialogs.phrasebook import LANGUAGES, say, texts

FOLDER = Path(__file__).parent / "pages"
ASSETS = {"chat.css": "text/css", "chat.js": "text/javascript", "mark.svg": "image/svg+xml"}
DESCRIPTION = Path(__file__).parent / "openapi.yml"
YEAR = 365 * 24 * 3600


class Pages:
    """The handlers; everything is read once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._assets = {name: (FOLDER / name).read_bytes() for name in ASSETS}
        self._description = orjson.dumps(yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=QUICK))
        self._version = sha256(b"".join(self._assets.values())).hexdigest()[:12]

    async def citizen(self, request: web.Request) -> web.Response:
        """``GET /``."""
        return self._page(request, "citizen.html", mode="citizen")

    async def staff(self, request: web.Request) -> web.Response:
        """``GET /staff``: the same chat with a bar of commands; without a bound session it says how to get a link."""
        return self._page(request, "staff.html", mode="staff")

    async def sign_in(self, request: web.Request) -> web.Response:
        """``GET /staff/sign-in/{token}``: a button that uses the link; looking at the page (a preview) does not."""
        return self._page(request, "sign_in.html", mode="sign-in", token=request.match_info["token"])

    async def description(self, request: web.Request) -> web.Response:
        """``GET /openapi.json``: what every route takes and gives."""
        return web.Response(body=self._description, content_type="application/json", charset="utf-8")

    async def asset(self, request: web.Request) -> web.Response:
        """``GET /assets/{name}``."""
        name = request.match_info["name"]
        if name not in ASSETS:
            raise web.HTTPNotFound
        kept = f"public, max-age={YEAR}, immutable" if request.query.get("v") == self._version else "no-cache"
        return web.Response(
            body=self._assets[name], content_type=ASSETS[name], charset="utf-8", headers={"Cache-Control": kept}
        )

    def _page(self, request: web.Request, template: str, **values: object) -> web.Response:
        language = language_of(request)
        html = self._templates.get_template(template).render(
            language=language,
            languages=LANGUAGES,
            fixed=chosen(request) is not None,
            say=partial(say, language),
            words=page_words(language),
            city=self._city,
            named=lambda names: named(names, language),
            version=self._version,
            **values,
        )
        response = web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
        if asked := known(request.query.get("lang")):
            response.set_cookie(COOKIE, asked, max_age=YEAR, httponly=True, samesite="Lax")
        return response


def page_words(language: str) -> dict[str, str]:
    """The words that the script shows."""
    prefix = "web.script."
    return {key.removeprefix(prefix): text for key, text in texts(language).items() if key.startswith(prefix)}
