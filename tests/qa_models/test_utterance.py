import pytest
from dummies import call
from judge import judge, verdict
from pydantic import ValidationError

from qa_models.checks.utterance import UtteranceParams, check_utterance

HEAD = "A: 您好，市民热线，工号三零二八，请问有什么可以帮您？ | "
RUDE = [
    ("楼下烧烤店天天冒烟，熏得我头痛。", "头痛您就把窗关上呀，这点小事也要打电话来。"),
    ("我讲到哪里了，让我想一想。", "想好了没有啊，后面还有一堆人排队呢，快点讲。"),
    ("我想问一下这个材料怎么填。", "表上写得清清楚楚，您自己不会看啊？"),
    ("你们催了没有呀？", "催催催，就知道催，您当我是专门给您一个人服务的？"),
    ("我听不太清楚你说的。", "我说得够清楚了，耳朵不好就去看医生，别在这里浪费时间。"),
    ("他们说我手续不对。", "手续不对怪谁啊，您自己不看清楚，现在倒来怪我们了。"),
]
FINE = [
    ("楼下烧烤店天天冒烟，熏得我头痛。", "天天这样确实难受，请问店名叫什么，开在几号？"),
    ("我讲到哪里了，让我想一想。", "不着急，您刚才说到物业上门那里。"),
    ("我想问一下这个材料怎么填。", "您先填姓名和身份证号，下面一栏填住址就可以了。"),
    ("你们催了没有呀？", "上周五催办过一次，我今天再帮您催一次。"),
    ("", "嗯。"),
    ("", "哦，几号楼？"),
]


def test_rudeness_needs_no_taboo_word() -> None:
    """Not every turn is rude enough to accuse somebody of it; half of these are."""
    verdicts = [verdict("attitude", f"{HEAD}C: {citizen} | A: {agent}") for citizen, agent in RUDE]
    assert sum(answer != "met" for answer in verdicts) >= len(RUDE) / 2


@pytest.mark.parametrize(("citizen", "agent"), FINE)
def test_plain_work_is_not_rude(citizen: str, agent: str) -> None:
    assert verdict("attitude", f"{HEAD}C: {citizen or '我反映个事'} | A: {agent}") == "met"


PLAINLY_RUDE = [
    ("要等几天？", "催也没用，等着吧。"),
    ("我急死了", "急也没有用，早干什么去了。"),
    ("你快点", "您急什么呀。"),
    ("你怎么这么讲话", "您凶什么凶。"),
    ("我再问一句", "有什么好吵的。"),
    ("还有一件事", "行了行了，就这样。"),
    ("合同我没看", "自己签的字，能怪谁。"),
    ("我妈摔了", "平时不来看，出了事就来找我们。"),
    ("没听懂", "跟您说了多少遍了，材料要原件。"),
    ("什么叫原件", "您怎么老是听不明白。"),
    ("他跑了", "谁让您当初不留个心眼。"),
]
LIKE_RUDE = [
    ("店员骂我", "他说急什么急，是吗？您别往心里去。"),
    ("他讲话难听", "店家讲的是有什么好吵的，我写上了。"),
    ("那改个电话", "行行行，没问题，我给您改。"),
    ("算了不讲了", "行了行了，您别难过，慢慢讲。"),
    ("是不是我的错", "这个不能怪谁，流程就是这样的。"),
    ("没人管", "物业平时不管吗？"),
    ("我急死了", "光急也没用，我们一起想想办法，我马上给您转。"),
    ("家里出事了", "出了事情就打我们热线，是对的。"),
    ("他骂人", "对方骂您急什么，是这样吗？"),
    ("钱给他了", "是谁让您交的钱？"),
    ("听不懂", "您怎么操作的，跟我说一下？"),
]


@pytest.mark.parametrize(("citizen", "agent"), PLAINLY_RUDE)
def test_some_words_are_rude_in_any_light(citizen: str, agent: str) -> None:
    assert verdict("attitude", f"{HEAD}C: {citizen} | A: {agent} | C: 啊") == "violated"


@pytest.mark.parametrize(("citizen", "agent"), LIKE_RUDE)
def test_words_that_only_look_like_them_accuse_nobody(citizen: str, agent: str) -> None:
    assert verdict("attitude", f"{HEAD}C: {citizen} | A: {agent} | C: 嗯") != "violated"


LISTENING = [
    "嗯，这样啊。",
    "哦，是这样。",
    "噢，原来如此。",
    "嗯，明白了。",
    "啊，这样子啊。",
    "好，收到。",
    "嗯嗯，懂了。",
]


@pytest.mark.parametrize("agent", LISTENING)
def test_listening_aloud_is_no_coldness(agent: str) -> None:
    assert verdict("attitude", f"{HEAD}C: 孩子掉下去了，他妈妈都哭晕了 | A: {agent} | C: 嗯") == "met"


@pytest.mark.parametrize(
    ("item", "citizen", "bad", "good"),
    [
        (
            "buck_passing",
            "小区门口的消防通道一直被车堵着。",
            "这个不归我们管，您自己去找消防队吧，我这里不登记。",
            "消防通道由消防和街道管，我登记下来派给他们处理，请问是哪个小区？",
        ),
        (
            "buck_passing",
            "健身房关门了，我的卡退不了。",
            "退卡的事您去找市场监管所，我们热线不受理的。",
            "预付卡由市场监管部门负责，我帮您登记转过去，请问卡里还有多少钱？",
        ),
        (
            "over_promise",
            "这个坑什么时候能填上？",
            "您放心，我保证明天一早就给您填好。",
            "一般五个工作日内会有部门联系您，具体时间要看现场情况。",
        ),
        (
            "over_promise",
            "他们会赔我钱吗？",
            "肯定会赔的，三天之内钱一定打到您卡上。",
            "能不能赔要由部门调查以后再定，我先帮您登记。",
        ),
        (
            "privacy_leak",
            "是谁举报我家阳台的？",
            "举报的就是您楼上502的陈阿姨，您别说是我讲的。",
            "举报人的信息是保密的，我们不能告诉您。",
        ),
    ],
)
def test_bad_and_good_twins(item: str, citizen: str, bad: str, good: str) -> None:
    finding = judge(item, f"{HEAD}C: {citizen} | A: {bad}")
    assert finding.verdict.value == "violated"
    assert finding.evidence[0].turn_index == 2
    assert verdict(item, f"{HEAD}C: {citizen} | A: {good}") == "met"


def test_one_bad_sentence_in_a_long_turn_is_found_and_quoted() -> None:
    long = "好的，我先跟您核对一下地址，是花木路三十号对吧。您放心，我保证明天一早就给您修好。请您保持电话畅通。"
    finding = judge("over_promise", f"{HEAD}C: 路灯坏了，什么时候能修？ | A: {long}")
    assert finding.verdict.value == "violated"
    assert [e.quote for e in finding.evidence] == ["您放心，我保证明天一早就给您修好。"]


def test_a_badly_heard_turn_is_never_a_sure_fault() -> None:
    words = "这个不归我们管，您自己去找消防队吧，我这里不登记。"
    script = f"{HEAD}C: 消防通道一直被车堵着。 | A: {words}"
    assert verdict("buck_passing", script) == "violated"
    assert verdict("buck_passing", f"{script} (confidence 0.5)") == "unsure"
    assert verdict("buck_passing", f"{script} (flag loop)") == "met"


def test_homophones_do_not_hide_a_fault() -> None:
    misspelt = "您放新，我宝证明天一早就给您甜好。"
    assert verdict("over_promise", f"{HEAD}C: 这个坑什么时候能填上？ | A: {misspelt}") != "met"


def test_what_is_found_can_be_a_condition() -> None:
    script = call(f"{HEAD}C: 这个坑什么时候能填上？ | A: 您放心，我保证明天一早就给您填好。")
    present = UtteranceParams(labels=("over_promise",), sure=0.6, doubt=0.5, expect="present")
    assert check_utterance.function(script, present).verdict.value == "met"
    calm = call(f"{HEAD}C: 这个坑什么时候能填上？ | A: 请问在哪条路上？")
    assert check_utterance.function(calm, present).verdict.value == "violated"


@pytest.mark.parametrize(
    ("agent", "when_unclear", "expected"),
    [
        ("请问在哪条路上？", "unsure", "violated"),
        ("请问在哪条路上？ (confidence 0.3)", "unsure", "unsure"),
        ("请问在哪条路上？ (flag loop)", "unsure", "unsure"),
        ("请问在哪条路上？ (confidence 0.3)", "not_found", "violated"),
    ],
)
def test_what_must_be_there_may_stand_in_unclear_speech(agent: str, when_unclear: str, expected: str) -> None:
    params = UtteranceParams.model_validate(
        {"labels": ["over_promise"], "expect": "present", "when_unclear": when_unclear}
    )
    script = call(f"{HEAD}C: 这个坑什么时候能填上？ | A: {agent}")
    assert check_utterance.function(script, params).verdict.value == expected


def test_several_likely_turns_decide_together() -> None:
    script = call(
        f"{HEAD}C: 我想问一下。 | A: 想好了没有啊。 | C: 我再讲一遍。 | A: 讲几遍都一样。 | "
        "C: 那怎么办？ | A: 我哪知道。"
    )
    alone = UtteranceParams(labels=("impatient", "taboo", "cold", "reproachful", "sarcastic"), sure=1.0, doubt=1.0)
    assert check_utterance.function(script, alone).verdict.value == "met"
    draft = check_utterance.function(script, alone.model_copy(update={"together": 1.5}))
    assert draft.verdict.value == "violated"
    assert len(draft.evidence) >= 2


def test_harmless_wordings_are_excepted() -> None:
    script = call(f"{HEAD}C: 这个坑什么时候能填上？ | A: 您放心，我保证明天一早就给您填好。")
    excepted = UtteranceParams(labels=("over_promise",), sure=0.6, doubt=0.5, but_not=("我保证",))
    assert check_utterance.function(script, excepted).verdict.value == "met"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"labels": ["rude"]}, "labels rude are not among those of the model: buck_passing"),
        ({"labels": ["cold"], "sure": 0.5, "doubt": 0.6}, "doubt 0.6 is greater than sure 0.5"),
        (
            {"labels": ["cold"], "model": "nowhere"},
            "no utterance model 'nowhere'; shipped: danger, duties, faults, manners",
        ),
    ],
)
def test_what_a_library_may_get_wrong(params: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        UtteranceParams.model_validate(params)
