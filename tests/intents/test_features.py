"""Features are stretches of the text: the same stretch has the same hash wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st

from intents.features import spans_of
from intents.reading import read

HAN = st.text("水电气路灯物业停车位工资学校医院噪声", min_size=3, max_size=12)


def hashes_of(text: str) -> dict[int, str]:
    reading = read(text)
    spans = spans_of(reading)
    stretches = zip(spans.hashes.tolist(), spans.starts.tolist(), spans.ends.tolist(), strict=True)
    return {hashed: reading.plain[start:end] for hashed, start, end in stretches}


@given(HAN, HAN)
def test_a_hash_stands_for_one_stretch(one: str, other: str) -> None:
    first, second = hashes_of(one), hashes_of("。".join((other, one)))
    assert all(first[each] == second[each] for each in first.keys() & second.keys())


@given(HAN)
def test_characters_hash_alike_behind_any_opening(text: str) -> None:
    plain = read(text).plain
    grams = {hashed for hashed, said in hashes_of(plain).items() if len(said) == 3 and said in plain}
    assert grams <= hashes_of("您好，" + plain).keys() | hashes_of(plain).keys()
    assert any(each in hashes_of("您好，" + plain) for each in grams)


def test_digits_are_alike_and_punctuation_parts() -> None:
    assert hashes_of("3栋").keys() == hashes_of("7栋").keys()
    assert "水，电" not in hashes_of("停水，电费").values()


def test_nothing_readable_has_no_features() -> None:
    assert len(spans_of(read("！？…… 🙂")).hashes) == 0
    assert len(spans_of(read("")).hashes) == 0
