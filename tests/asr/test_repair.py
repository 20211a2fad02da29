from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asr.hotwords import LEXICON, Hotwords, read_hotwords, sounds_of
from asr.repair import Repairer
from callqa.syllables import sound_key
from callqa.types import Word


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return Repairer(hotwords=["顾家苑"])


def mend(repairer: Repairer, text: str, probability: float = 0.6) -> str:
    return repairer.repair_text(text, [probability] * len(text))


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("公号三零二八位您服务", "工号三零二八为您服务"),
        ("一二三四五十民服务热线", "一二三四五市民服务热线"),
        ("小区里没有路等", "小区里没有路灯"),
        ("陆家最街道", "陆家嘴街道"),
        ("城官中对来过了", "城管中队来过了"),
        ("问题还没有解觉", "问题还没有解决"),
        ("我住在故家院", "我住在顾家苑"),
    ],
)
def test_homophones_are_mended(repairer: Repairer, heard: str, meant: str) -> None:
    assert mend(repairer, heard) == meant


@pytest.mark.parametrize(
    "right",
    [
        "您好，请问有什么可以帮您？",
        "今天天气很好，我们去公园散步。",
        "央行宣布下调存款准备金率零点五个百分点。",
        "他是一位著名的小提琴演奏家",
        "OK，我打12345。",
        "",
        "，。",
    ],
)
def test_what_is_right_stays(repairer: Repairer, right: str) -> None:
    assert mend(repairer, right, probability=0.9) == right


@pytest.mark.parametrize("text", ["我姓付", "汪先生您好", "我叫章小名", "电话是幺三八零零四", "一百二十六号"])
def test_names_and_numbers_stay(repairer: Repairer, text: str) -> None:
    mended = mend(repairer, text, probability=0.3)
    assert [a for a, b in zip(text, mended, strict=True) if a != b and a in "付汪章幺三八零四一百二十六"] == []


def test_a_sure_engine_is_believed(repairer: Repairer) -> None:
    assert mend(repairer, "他们做在那里", 0.5) == "他们坐在那里"
    assert mend(repairer, "他们做在那里", 0.95) == "他们做在那里"
    assert mend(repairer, "公号位您服务", 0.95) == "工号为您服务"


def test_a_hotword_is_only_found_where_it_sounds_so() -> None:
    hotwords = Hotwords(["川沙新镇", "张江"])
    assert [(start, word) for start, word, _ in hotwords.find(sounds_of("在穿沙新振那边"))] == [(1, "川沙新镇")]
    assert [word for _, word, _ in hotwords.find(sounds_of("川沙，新镇"))] == []
    assert [word for _, word, _ in hotwords.find(sounds_of("章姜"))] == ["张江"]
    assert [word for _, word, _ in hotwords.find(sounds_of("脏江"))] == []
    assert list(Hotwords(["路"]).find(sounds_of("陆路"))) == []


def test_words_keep_everything_but_their_characters(repairer: Repairer) -> None:
    words = (
        Word("公号", 0.0, 0.4, 0.5),
        Word("三零", 0.4, 0.8, 0.9),
        Word("，", 0.8, 0.8, 0.9),
        Word("位您", 0.9, 1.2, 0.4),
    )
    mended = repairer.repair((*words, Word("服务", 1.2, 1.6, 0.9)))
    assert "".join(word.text for word in mended) == "工号三零，为您服务"
    assert [(w.start, w.end, w.probability, len(w.text)) for w in mended[:4]] == [
        (w.start, w.end, w.probability, len(w.text)) for w in words
    ]
    assert repairer.repair(()) == ()


@settings(max_examples=30, deadline=None)
@example("服三路", 0.0)
@given(st.text("公工号位为您服务三八解决觉小区路灯等，。A1得的了行长", max_size=20), st.floats(0, 1))
def test_mending_changes_neither_length_nor_sound(repairer: Repairer, text: str, probability: float) -> None:
    mended = repairer.repair_text(text, [probability] * len(text))
    assert len(mended) == len(text)
    hotwords = repairer._hotwords.find(sounds_of(mended))
    inside = {
        place
        for start, word, _ in hotwords
        if mended.startswith(word, start)
        for place in range(start, start + len(word))
    }
    for place, (a, b) in enumerate(zip(text, mended, strict=True)):
        assert a == b or (not a.isascii() and a not in "，。" and (a not in "三八" or place in inside))
    before, after = sound_key(text).split(), sound_key(mended).split()
    assert len(before) == len(after)


def test_the_shipped_lexicon_is_clean(tmp_path: Path) -> None:
    words = read_hotwords(LEXICON)
    assert len(words) == len(set(words)) > 300
    assert all(len(word) > 1 and (sounds_of(word) >= 0).all() for word in words)
    (tmp_path / "own.txt").write_text("\ufeff# streets\n\n 新德路 \n", encoding="utf-8")
    assert read_hotwords(tmp_path / "own.txt") == ("新德路",)
