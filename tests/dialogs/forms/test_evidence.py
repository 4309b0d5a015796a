"""What is said of photos in place of an answer is understood; a photo in a story is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.forms.evidence import evidence_said


@pytest.mark.parametrize(
    "said",
    [
        "没有照片", "图片发不了", "我没有拍照", "不好意思，我不会拍照片", "当时没拍到照片", "照片传不上去怎么办",
        "沒有圖片",
        "I don't have photos", "no pictures, sorry", "I couldn't take any photos", "the photo won't upload",
    ],
)  # fmt: skip
def test_there_is_none(said: str) -> None:
    assert evidence_said(said) == "none"


@pytest.mark.parametrize(
    "said",
    [
        "照片等会发", "我一会儿发照片", "稍后补几张图片给你们", "照片我明天再发过来",
        "I'll send photos later", "will upload pictures tonight", "Photos will follow tomorrow",
    ],
)  # fmt: skip
def test_it_comes_later(said: str) -> None:
    assert evidence_said(said) == "later"


@pytest.mark.parametrize(
    "said", ["我有照片", "我拍了视频", "录音我都有", "我有证据要不要", "I have photos", "we took some pictures"]
)
def test_it_is_there(said: str) -> None:
    assert evidence_said(said) == "ready"


@pytest.mark.parametrize(
    "said",
    [
        "", "没有", "没有证据就把我开除了", "照相馆不给照片", "他们把照片发到网上", "派出所说没有证据不立案",
        "不给发票",
        "they posted photos of me", "no evidence, they say, so they do nothing", "the shop gives no receipt",
    ],
)  # fmt: skip
def test_what_belongs_to_the_story_stays_there(said: str) -> None:
    assert not evidence_said(said)


@given(st.text(max_size=200))
def test_any_text_is_read(said: str) -> None:
    assert evidence_said(said) in ("", "none", "later", "ready")
