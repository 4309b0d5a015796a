"""Callback data fits Telegram's 64 bytes and is good for one chat and one key only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.callbacks import PAYLOAD_BYTES, CallbackSigner

SIGNER = CallbackSigner("one key")
payloads = st.text(st.characters(exclude_categories=["Cs"]), max_size=13)


@given(chat=st.integers(), payload=payloads)
def test_what_was_signed_is_read(chat: int, payload: str) -> None:
    data = SIGNER.sign(chat, payload)
    assert len(data.encode()) <= 64
    assert SIGNER.read(chat, data) == payload


@given(chat=st.integers(), other=st.integers(), payload=payloads)
def test_it_is_worth_nothing_elsewhere(chat: int, other: int, payload: str) -> None:
    data = SIGNER.sign(chat, payload)
    if chat != other:
        assert SIGNER.read(other, data) is None
    assert CallbackSigner("another key").read(chat, data) is None


@given(st.text(max_size=64))
def test_anything_else_is_not_ours(data: str) -> None:
    assert SIGNER.read(1, data) is None


def test_the_longest_payload_fits_and_a_longer_one_is_a_mistake() -> None:
    assert len(SIGNER.sign(-1001234567890, "x" * PAYLOAD_BYTES)) == 62
    with pytest.raises(ValueError, match="54 bytes"):
        SIGNER.sign(1, "诉" * 19)
