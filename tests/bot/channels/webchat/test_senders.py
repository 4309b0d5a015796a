"""Tokens: issued by us, read back, never forged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat.guard import same_secret
from bot.channels.webchat.senders import LONGEST_ID, TOKEN_LIFE, Tokens
from dialogs.messages import Address
from tests.bot.channels.webchat.conftest import NOW

TOKENS = Tokens("one key", lambda: NOW)
ISSUED = TOKENS.issue()


def test_a_token_names_a_session_of_its_own() -> None:
    first, second = TOKENS.session(TOKENS.issue()), TOKENS.session(TOKENS.issue())
    assert first and second and first != second
    assert first.channel == "webchat"


def test_another_key_makes_other_tokens() -> None:
    assert Tokens("another key", lambda: NOW).session(TOKENS.issue()) is None


def test_a_token_ends_and_is_made_fresh_for_the_same_session() -> None:
    old = TOKENS.issue()
    later = Tokens("one key", lambda: NOW + TOKEN_LIFE)
    fresh = later.issue(later.session(old))
    latest = Tokens("one key", lambda: NOW + TOKEN_LIFE * 2)
    assert latest.session(old) is None
    assert latest.session(fresh) == TOKENS.session(old)


@given(st.text(max_size=80))
def test_no_text_is_a_token(text: str) -> None:
    assert TOKENS.session(text) is None


@given(st.integers(0, len(ISSUED) - 2), st.sampled_from("abcXYZ019_-."))
def test_a_token_that_was_changed_is_none(place: int, letter: str) -> None:
    changed = ISSUED[:place] + letter + ISSUED[place + 1 :]
    assert changed == ISSUED or TOKENS.session(changed) is None


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("me", Address("rest", "me")),
        ("rest:me", Address("rest", "me")),
        ("telegram:7", Address("telegram", "7")),
        ("webchat:x", Address("webchat", "x")),
        ("matrix:@a:b", Address("rest", "matrix:@a:b")),
        ("telegram:", Address("rest", "telegram:")),
    ],
)
def test_a_program_names_any_conversation(name: str, address: Address) -> None:
    assert TOKENS.meant(name) == address


@pytest.mark.parametrize(
    ("given", "right", "same"), [("a", "a", True), ("a", "b", False), ("", "", False), ("钥", "k", False)]
)
def test_secrets_are_compared_whole_and_an_empty_one_fits_nothing(given: str, right: str, same: bool) -> None:
    assert same_secret(given, right) is same


def test_an_id_fits_the_database() -> None:
    assert len(str(Address("rest", "x" * LONGEST_ID))) <= 200
