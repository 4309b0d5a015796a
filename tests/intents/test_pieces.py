"""By its pieces is known what a text cannot hold."""

from hypothesis import given
from hypothesis import strategies as st

from intents.pieces import piece_of, pieces_of

TEXTS = st.text("ab cd'-着火了 12", max_size=20)


@given(TEXTS, TEXTS.filter(bool), TEXTS)
def test_a_text_that_holds_a_stretch_has_its_piece(before: str, stretch: str, behind: str) -> None:
    text = before + stretch + behind

    assert piece_of(stretch) in pieces_of(text, set(text))


def test_chinese_goes_by_two_and_latin_by_three() -> None:
    assert piece_of("着火了") == "着火"
    assert piece_of("is robbed") == "rob"
    assert piece_of("火") == "火"
