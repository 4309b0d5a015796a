"""In which language a page or a refusal is written."""

from aiohttp import web

from dialogs.phrasebook import DEFAULT_LANGUAGE, LANGUAGES

COOKIE = "jiesu_language"
LANGUAGE = web.RequestKey("language", str)
"""Where a request keeps the language that its body named."""
FALLBACK = web.AppKey("fallback_language", str)


def known(language: str | None) -> str | None:
    """The language we speak that a tag like ``en-GB`` means; None for another."""
    wanted = (language or "").strip().lower()
    return next((each for each in LANGUAGES if wanted.startswith(each)), None)


def chosen(request: web.Request) -> str | None:
    """The language that the person chose: in the message, in the address, or earlier."""
    return request.get(LANGUAGE) or known(request.query.get("lang")) or known(request.cookies.get(COOKIE))


def language_of(request: web.Request) -> str:
    """Chosen, else the first of the browser's languages that we speak, else the office's."""
    accepted = (known(each.partition(";")[0]) for each in request.headers.get("Accept-Language", "").split(","))
    return chosen(request) or next(filter(None, accepted), None) or request.app.get(FALLBACK, DEFAULT_LANGUAGE)
