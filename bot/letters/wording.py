"""What a document says: the city's templates (``letters.yml``), filled in. Pure.

The templates are text with Jinja placeholders, run in a sandbox: an office edits them without touching code, and a
template cannot reach into the program. What citizens wrote is only ever a value, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases.rules.city import QUICK, City, CityError
from cases.rules.documents import Document, DocumentKind
from dialogs.phrasebook import LANGUAGES, say
from dialogs.wording import say_day, say_moment

FILE = "letters.yml"


@dataclass(frozen=True, slots=True)
class Letter:
    """A document in words: title, number line, whom it is to, paragraphs, who signs, the date."""

    title: str
    number: str
    to: str
    paragraphs: tuple[str, ...]
    sign: str
    date: str


class Templates:
    """The templates of one city; raises `CityError` for a file that cannot be read. What stands in them is tried by
    `check`.
    """

    def __init__(self, city: City, folder: Path) -> None:
        self.city = city
        self.zone = ZoneInfo(city.timezone)
        self._environment = ImmutableSandboxedEnvironment(autoescape=False, trim_blocks=True, lstrip_blocks=True)
        self._tree = self._read(folder / FILE)

    def check(self) -> None:
        """Raise `CityError` for a template that is no template."""
        try:
            for kind in DocumentKind:
                for language in LANGUAGES:
                    template = self._tree[kind.value][language]
                    for text in (template["title"], *template["paragraphs"]):
                        self._environment.from_string(text)
        except (KeyError, TypeError, TemplateError) as error:
            raise CityError(f"{FILE}: {error!r}") from None

    def letter(self, document: Document) -> Letter:
        """The document in words."""
        template = self._tree[document.kind.value][document.language]
        values = self._values(document)
        fill = self._fill
        return Letter(
            title=fill(template["title"], values),
            number=fill(template.get("number", ""), values)
            if document.number
            else say(document.language, "letter.draft"),
            to=fill(template.get("to", ""), values),
            paragraphs=tuple(
                line for each in template["paragraphs"] for line in fill(each, values).splitlines() if line.strip()
            ),
            sign=fill(template.get("sign", ""), values),
            date=values["today"],
        )

    def _values(self, document: Document) -> dict[str, Any]:
        language, data = document.language, dict(document.data)
        at = datetime.fromisoformat(data.get("issued_at") or data["now"])
        for name in ("accepted_at", "replied_at", "due"):
            if data.get(name):
                data[name] = self._day(language, data[name])
        filed = datetime.fromisoformat(data["filed_at"])
        answers = [{**each, "outcome": say(language, f"reply.outcome_{each['outcome']}")} for each in data["answers"]]
        return {
            **data,
            "filed_at": say_moment(language, filed, self.zone),
            "filed_on": say_day(language, filed, self.zone),
            "today": say_day(language, at, self.zone),
            "answers": answers,
            "number": document.number,
        }

    def _day(self, language: str, iso: str) -> str:
        return say_day(language, datetime.fromisoformat(iso), self.zone)

    def _fill(self, template: str, values: Mapping[str, Any]) -> str:
        return self._environment.from_string(template).render(values).strip()

    def _read(self, file: Path) -> dict[str, Any]:
        try:
            tree: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=QUICK)  # a safe loader
        except (OSError, yaml.YAMLError) as error:
            raise CityError(f"{FILE}: {error!r}") from None
        return tree
