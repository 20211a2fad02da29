import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.text import canonical, normalise, simplified

CHINESE = st.text(alphabet="您好，。工號3028幺三 ＡＢｃ一二三四五乾燥！？\n", max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好，ＴＥＬ 工號3028。", "您好tel工号3028"),
        ("  ", ""),
        ("", ""),
        ("Ⅻ号楼", "xii号楼"),
        ("幺三八-1234", "幺三八1234"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@given(CHINESE)
def test_normal_characters_know_where_they_came_from(text: str) -> None:
    normal = normalise(text)
    assert len(normal.offsets) == len(normal.text)
    assert list(normal.offsets) == sorted(normal.offsets)
    for i in range(len(normal.text)):
        start, end = normal.span(i, i + 1)
        assert normal.text[i] in normalise(text[start:end]).text


@given(CHINESE)
def test_normalise_twice_is_once(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("一百二十六块", "126块"),
        ("幺三八幺二三四", "1381234"),
        ("三千五", "3500"),
        ("三千零五", "3005"),
        ("十五号", "15号"),
        ("二十三", "23"),
        ("两万", "20000"),
        ("3万5", "35000"),
        ("一二三四五", "12345"),
        ("百分之三十", "30%"),
        ("一百零六", "106"),
        ("千万别去", "千万别去"),
        ("三点五公里", "3.5公里"),
        ("零点五", "0.5"),
        ("三点五万", "3.5万"),
        ("三点五万", "35000"),
        ("百分之三点五", "3.5%"),
        ("十点半", "10:30"),
        ("十点零五", "10：05"),
    ],
)
def test_canonical_numbers(spoken: str, written: str) -> None:
    assert canonical(spoken) == canonical(written)


def test_a_point_counts() -> None:
    assert canonical("3.5公里") == "3点5公里" != canonical("35公里")
    assert canonical("好的。3。5") == "好的35"


def test_simplified_knows_words() -> None:
    assert simplified("乾燥") == "干燥"
    assert simplified("乾隆") == "乾隆"


@pytest.mark.parametrize(
    ("traditional", "expected"),
    [
        ("抬著東西沿著路走", "抬着东西沿着路走"),
        ("穿著整齊，說著名字", "穿着整齐，说着名字"),
        ("討論著這件事", "讨论着这件事"),
        ("著火了，很著急", "着火了，很着急"),
        ("執著", "执着"),
        ("著名作家的著作", "著名作家的著作"),
        ("成績顯著，四大名著", "成绩显著，四大名著"),
        ("專著、編著、原著、論著、土著", "专著、编著、原著、论著、土著"),
        ("以風景著稱", "以风景著称"),
    ],
)
def test_the_particle_written_as_taiwan_writes_it(traditional: str, expected: str) -> None:
    assert simplified(traditional) == expected
    assert simplified(expected) == expected
    assert normalise(traditional).text == normalise(expected).text
