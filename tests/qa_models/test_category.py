from collections.abc import Iterator
from pathlib import Path

import pytest
from dummies import call
from judge import checks
from pydantic import ValidationError

from callqa.errors import ConfigError
from callqa.types import Finding, Ticket
from qa_models.category import taxonomy
from qa_models.category.taxonomy import clues, load_taxonomy, points
from qa_models.check_library import read_library
from qa_models.checks.category import CategoryParams
from qa_models.registry import KINDS

WAGES = "C: 老板拖欠我们三个月工资，劳动合同也不签，加班费也没有，农民工讨薪 | A: 您要反映公司拖欠工资，是吗？"
BRIEF = "C: 我想反映工资的事 | A: 请讲"


def filed(script: str, *category: str) -> Finding:
    return checks()["category_match"](call(script, ticket=Ticket(category=category)))


@pytest.mark.parametrize(
    ("script", "category", "expected", "reason"),
    [
        (WAGES, "劳动和社会保障", "met", "category_agrees"),
        (WAGES, "交通运输", "violated", "category_differs"),
        (WAGES, "建设交通类", "unsure", "category_unknown"),
        (BRIEF, "交通运输", "unsure", "category_doubtful"),
        ("C: 喂，你好 | A: 请讲", "交通运输", "unsure", "category_doubtful"),
        (WAGES.replace("C:", "U:").replace("A:", "U:"), "劳动和社会保障", "met", "category_agrees"),
        ("C: 小区物业不管，电梯老是坏，楼道灯也不亮", "城乡建设", "met", "category_agrees"),
        ("C: 楼下饭店的油烟和噪音太大，臭味熏得睡不着", "环境保护", "met", "category_agrees"),
        ("C: 快递员把包裹弄丢了，驿站说没有签收", "交通运输", "met", "category_agrees"),
        ("C: 公司拖钱我们工资，劳动何同到期", "劳动和社会保障", "met", "category_agrees"),
    ],
)
def test_category(script: str, category: str, expected: str, reason: str) -> None:
    finding = filed(script, category)
    assert (finding.verdict.value, finding.reason) == (expected, reason)


def test_where_it_happened_is_no_proof_of_what_it_is_about() -> None:
    """小区 and 公园 are words of 城乡建设, and of every other call."""
    praise = "C: 我要表扬公园里的急救志愿者，我老伴在广场上晕倒，是他们救的"
    assert filed(praise, "卫生计生").reason == "category_doubtful"
    lamps = "C: 路灯坏了，窨井盖也没有，下雨天马路积水，市政一直不来修"
    assert filed(lamps, "教育文体").reason == "category_differs"


def test_a_broad_class_must_be_one_of_the_taxonomy() -> None:
    with pytest.raises(ValidationError, match="no classes of the taxonomy petition"):
        CategoryParams(taxonomy="petition", broad={"城建": 0.9})


def test_a_context_must_know_the_classes_of_its_model() -> None:
    with pytest.raises(ValidationError, match="was learnt for 7 classes, the model has 15"):
        CategoryParams(taxonomy="petition", model="category", context="request_type_context")


def test_a_mismatch_shows_what_speaks_for_the_other_class() -> None:
    finding = filed(WAGES, "交通运输")
    assert "拖欠" in finding.evidence[0].quote
    assert finding.confidence is not None
    assert finding.confidence > 0.8


def test_without_a_ticket_or_a_category_there_is_nothing_to_compare() -> None:
    assert checks()["category_match"](call(WAGES)).reason == "no_ticket"
    assert filed(WAGES).reason == "category_empty"


def test_a_word_cut_off_by_the_end_of_the_text_is_found_as_far_as_it_goes() -> None:
    petition = load_taxonomy("petition")
    for word in list(petition.index.spelt)[:200]:
        for end in range(1, len(word) + 1):
            clues(petition, word[:end])


def test_a_flagged_turn_says_nothing() -> None:
    assert filed("C: 拖欠工资拖欠工资 (flag loop) | A: 请讲", "交通运输").reason == "category_doubtful"


def test_the_petition_tree() -> None:
    petition = load_taxonomy("petition")
    assert len(petition.names) == 15
    assert sum(len(category.classes) for category in petition.categories) == 118


def test_each_word_speaks_for_its_own_class() -> None:
    petition = load_taxonomy("petition")
    for category in petition.categories:
        for words in (branch.words for branch in category.classes.values()):
            assert len(words) == len(set(words))
            for word in words:
                class_points = points(petition, [(word, 1.0)])
                assert class_points[category.name] == max(class_points.values()), word


def test_the_longest_word_counts_alone() -> None:
    clue_list = clues(load_taxonomy("petition"), "我要补办社保卡")
    assert [clue.classes for clue in clue_list] == [("劳动和社会保障",)]
    assert [(clue.start, clue.end) for clue in clue_list] == [(4, 7)]


def test_a_short_word_counts_less_when_only_its_sound_is_right() -> None:
    petition = load_taxonomy("petition")
    assert (
        points(petition, [("宽代", 1.0)])["科技与信息产业"] * 2 == points(petition, [("宽带", 1.0)])["科技与信息产业"]
    )


def test_words_that_an_engine_wrote_need_more_to_contradict() -> None:
    """The same words; heard, the second likeliest class is enough for the filed one."""
    script = "C: 公司拖欠工资，派出所民警来了也不管，报案不立案 (confidence 0.8)"
    assert filed(script, "政法").verdict.value == "met"
    assert filed(WAGES.replace("讨薪", "讨薪 (confidence 0.95)"), "交通运输").reason == "category_differs"


@pytest.fixture
def taxonomies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for taxonomies of one's own."""
    monkeypatch.setattr(taxonomy, "TAXONOMIES", tmp_path)
    load_taxonomy.cache_clear()
    yield tmp_path
    load_taxonomy.cache_clear()


def library(folder: Path, name: str = "mine") -> Path:
    path = folder / "checks.yml"
    path.write_text(f"- id: category_match\n  kind: category\n  title: 分类\n  params: {{taxonomy: {name}}}\n", "utf-8")
    return path


def key_with(taxonomies: Path, text: str) -> str:
    (taxonomies / "mine.yaml").write_text(text, encoding="utf-8")
    load_taxonomy.cache_clear()
    return read_library(library(taxonomies), KINDS)["category_match"].key


def test_the_words_of_a_taxonomy_are_in_the_key_of_its_check(taxonomies: Path) -> None:
    text = "- name: 甲\n  classes: {乙: [路灯, 井盖]}\n"
    key = key_with(taxonomies, text)
    assert key_with(taxonomies, "# 说明\n" + text) == key
    assert key_with(taxonomies, text.replace("井盖", "窨井盖")) != key


def test_a_number_of_one_syllable_is_no_word_to_listen_for(taxonomies: Path) -> None:
    key_with(taxonomies, "- name: 甲\n  classes: {乙: ['10', 路灯]}\n")
    assert [clue.classes for clue in clues(load_taxonomy("mine"), "十个路灯")] == [("甲",)]


def test_an_unknown_taxonomy_is_refused_with_file_and_line(taxonomies: Path) -> None:
    path = library(taxonomies, "shanghai")
    (taxonomies / "petition.yaml").touch()
    with pytest.raises(ConfigError, match=r"line 4: .*there is no taxonomy 'shanghai'; shipped: petition") as caught:
        read_library(path, KINDS)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- name: 甲\n  classes:\n    乙: [路灯, 灯]\n", r"line 3: .*0.classes.乙.words: .*'灯' is too short"),
        ("- name: 甲\n  clases: {乙: [路灯]}\n", r"line \d: not a taxonomy: 0\.clas"),
        ("just words", r"line 1: not a taxonomy: "),
    ],
)
def test_a_mistake_in_a_taxonomy_is_refused_when_checks_are_loaded(taxonomies: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"checks\.yml, line 4: .*mine\.yaml, " + complaint):
        key_with(taxonomies, text)
