import pytest
from dummies import call
from judge import checks

from callqa.errors import ConfigError
from callqa.types import Finding, Ticket
from qa_models.taxonomy import clues, load_taxonomy, points

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


def test_a_mismatch_shows_what_speaks_for_the_other_class() -> None:
    finding = filed(WAGES, "交通运输")
    assert "拖欠" in finding.evidence[0].quote
    assert finding.confidence is not None
    assert finding.confidence > 0.8


def test_without_a_ticket_or_a_category_there_is_nothing_to_compare() -> None:
    assert checks()["category_match"](call(WAGES)).reason == "no_ticket"
    assert filed(WAGES).reason == "category_empty"


def test_a_word_cut_off_by_the_end_of_the_text_is_found_as_far_as_it_goes() -> None:
    taxonomy = load_taxonomy("petition")
    for word in list(taxonomy.spelt)[:200]:
        for end in range(1, len(word) + 1):
            clues(taxonomy, word[:end])


def test_a_flagged_turn_says_nothing() -> None:
    assert filed("C: 拖欠工资拖欠工资 (flag loop) | A: 请讲", "交通运输").reason == "category_doubtful"


def test_the_petition_tree() -> None:
    taxonomy = load_taxonomy("petition")
    assert len(taxonomy.names) == 15
    assert sum(len(category.classes) for category in taxonomy.categories) == 118
    assert all(category.about for category in taxonomy.categories)


def test_each_word_speaks_for_its_own_class() -> None:
    taxonomy = load_taxonomy("petition")
    for category in taxonomy.categories:
        for words in category.classes.values():
            assert len(words) == len(set(words))
            for word in words:
                found = points(taxonomy, [(word, 1.0)])
                assert found[category.name] == max(found.values()), word


def test_the_longest_word_counts_alone() -> None:
    found = clues(load_taxonomy("petition"), "我要补办社保卡")
    assert [clue.classes for clue in found] == [("劳动和社会保障",)]
    assert [(clue.start, clue.end) for clue in found] == [(4, 7)]


def test_a_short_word_counts_less_when_only_its_sound_is_right() -> None:
    taxonomy = load_taxonomy("petition")
    assert (
        points(taxonomy, [("宽代", 1.0)])["科技与信息产业"] * 2 == points(taxonomy, [("宽带", 1.0)])["科技与信息产业"]
    )


def test_an_unknown_taxonomy_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no taxonomy 'shanghai'; shipped: petition"):
        load_taxonomy("shanghai")
