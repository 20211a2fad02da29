import numpy as np
import pypinyin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.syllables import N_SOUNDS, OTHER, distances, sound_key, syllables

SENTENCES = (
    "您好上海市民服务热线工号三零二八为您服务请问有什么可以帮您",
    "银行行长长得很高重新重要的还没还钱了解好了地方慢慢地走",
    "朝阳区朝着都市里都是数一数二的便宜和平的和了觉得睡觉",
)


def cost(first: str, other: str) -> float:
    a, b = syllables(first).sounds, syllables(other).sounds
    return float(distances()[a, b].sum())


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_are_read_as_pypinyin_reads_sentences(sentence: str) -> None:
    expected = [s[0] for s in pypinyin.pinyin(sentence, style=pypinyin.NORMAL)]
    assert sound_key(sentence).split() == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("工号3028", "公號三零二八"),
        ("幺幺零", "110"),
        ("为您服务", "位您服務"),
        ("12345", "一二三四五"),
        ("24号", "二十四号"),
    ],
)
def test_equal_sounds(one: str, other: str) -> None:
    assert syllables(one).sounds.tolist() == syllables(other).sounds.tolist()


@pytest.mark.parametrize(
    ("word", "nearer", "farther"),
    [("是", "四", "多"), ("牛", "刘", "多"), ("今", "京", "多"), ("张", "章", "大"), ("陈辉路", "成辉路", "大会堂")],
)
def test_mistakable_sounds_are_nearer(word: str, nearer: str, farther: str) -> None:
    assert cost(word, nearer) < cost(word, farther)


def test_distances_are_a_symmetric_table() -> None:
    table = distances()
    assert table.shape == (N_SOUNDS, N_SOUNDS)
    assert np.array_equal(table, table.T)
    assert table.min() == 0
    assert table.max() == 1
    assert (np.diag(table)[:OTHER] == 0).all()
    assert table[OTHER, OTHER] == 1


@given(st.text(alphabet="您好工號，。 3028幺a龘🙂", max_size=30))
def test_each_sound_stands_in_the_text(text: str) -> None:
    spoken = syllables(text)
    assert len(spoken.sounds) == len(spoken)
    for start, end in spoken.spans:
        assert 0 <= start < end <= len(text)
    assert list(spoken.spans) == sorted(spoken.spans)
