"""Every word that a person reads is in the phrasebook, in both languages, and no word is in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bot.staff.commands import COMMANDS
from cases.rules.case import Action, Kind, Role, Status
from dialogs.messages import Address
from dialogs.phrasebook import LANGUAGES, UnknownPhrase, say, texts

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cases", "dialogs", "intents", "storage")
CJK = re.compile(r"[\u3400-\u9fff]")
BUILT_AT_RUN_TIME = (
    "status.", "action.", "role.", "flag.", "kind.", "rights.", "lawful.", "attachment.", "telegram.", "web.",
    "format.month.", "staff.", "export.", "ask.", "draft.", "track.which_", "track.none_to_", "track.done_",
    "track.ask_reason_", "button.", "notice.", "staffnotice.", "refused.", "track.", "reply.",
    "clock.", "letter.", "rates.", "audit.", "history.",
)  # fmt: skip


def sources() -> list[Path]:
    """All modules of the product."""
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def placeholders(pattern: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def test_both_languages_have_the_same_keys() -> None:
    first, second = (set(texts(language)) for language in LANGUAGES)
    assert first == second


@pytest.mark.parametrize("key", sorted(texts("zh")))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert placeholders(texts("zh")[key]) == placeholders(texts("en")[key])


def test_no_text_is_empty() -> None:
    empty = [key for language in LANGUAGES for key, text in texts(language).items() if not text.strip(" ")]
    assert empty == []


def test_every_word_of_the_case_has_a_text() -> None:
    for language in LANGUAGES:
        for status in Status:
            say(language, f"status.{status}")
        for action in Action:
            say(language, f"action.{action}")
        for role in Role:
            say(language, f"role.{role}")
        for kind in Kind:
            say(language, f"kind.{kind}")


def test_every_command_says_how_it_is_typed_and_what_it_does() -> None:
    for language in LANGUAGES:
        for name in COMMANDS:
            assert say(language, f"staff.usage.{name}").startswith(f"/{name}")
            say(language, f"staff.help.{name}")


def literal_keys() -> Iterator[str]:
    """String constants in the code that are keys of texts."""
    known = set(texts("zh"))
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known:
                yield node.value


def test_no_text_is_unused() -> None:
    used = set(literal_keys())
    unused = [key for key in texts("zh") if key not in used and not key.startswith(BUILT_AT_RUN_TIME)]
    assert unused == []


def test_an_unknown_key_is_an_error_and_an_unknown_language_reads_chinese() -> None:
    with pytest.raises(UnknownPhrase):
        say("zh", "nothing.at_all")
    assert say("fr", "button.cancel") == say("zh", "button.cancel")


def strings_and_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a module that is not a docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    attribute_docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings | attribute_docs:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_chinese_word_stands_in_the_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:20]}"
        for path in sources()
        for line, text in strings_and_names(ast.parse(path.read_text(encoding="utf-8")))
        if CJK.search(text)
    ]
    assert found == []


def test_an_address_is_written_and_read() -> None:
    assert Address.parse("telegram:-100/7") == Address("telegram", "-100/7")
    with pytest.raises(ValueError, match="not an address"):
        Address.parse("telegram")
