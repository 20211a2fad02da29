import pytest
from judge import judge, verdict

MET = [
    "A: 您好，上海一二三四五市民服务热线，工号三零二八为您服务，请问有什么可以帮您？",
    "A: 您好，这里是12345市民热线，3028号话务员为您服务。",
    "A: 你好，市民服务热线，我是三零二八号话务员，请讲。",
    "A: 早上好，一二三四五热线，工号是3028，很高兴为您服务。",
    "A: 您好上海12345市民服务热线公號3028位您服務請問有什麼可以幫您",
    "A: 您好，上海一二三四五，三零二八号为您服务",
    "A: 您好，浦东一二三四五政务服务热线，话务员三零二八。",
    "A: 下午好，市民服务热线，嗯，工号，三零二八，您请讲。",
    "A: 您好。 | A: 上海市民服务热线。 | A: 工号三零二八为您服务。",
    "C: 喂？ | A: 您好，一二三四五热线，工号三零二八，请问您要反映什么？",
    "A: 您好，这里是上海一二三四五热线。 | C: 嗯。 | A: 我的工号是三零二八，请问有什么需要帮助的？",
    "A: 您好，12345热线，工号30 28，请讲",
    "A: 您好，上海一二三四五市民服务热信，工号三林二八为您服务",
    "A: 您好，市民服务热线，请问有什么可以帮您？ | C: 喂你好 | A: 您好，工号三零二八为您服务。",
    # the number right behind that of the hotline
    "A: 您好，上海一二三四五，三零二八号接线员，很高兴为您服务。",
    "A: 您好，一二三四五，三零二八，请讲。",
    "A: 您好，这里是一二三四五，话务员三零二八为您服务。",
    "A: 喂您好，市民热线三零二八，您请说。",
    "A: 您好，欢迎拨打上海市民热线，话务员编号三零二八。",
    "A: 您好，12345为您服务，我是3028号小王。",
    "A: 侬好，一二三四五热线，三零二八号，请讲。",
    # other greetings
    "A: 早，一二三四五热线，工号三零二八，请讲。",
    "A: 早，上海市民服务热线，三零二八号为您服务。",
    "A: 早安，市民热线，工号三零二八。",
    "A: 您早，市民服务热线，工号三零二八。",
    "A: 新年好，一二三四五热线，工号三零二八，请讲。",
    "A: 大家好，市民服务热线，工号三零二八。",
    "A: 喂，晚安，一二三四五热线，三零二八号为您服务。",
]
GREETING_MISSING = [
    "A: 上海一二三四五市民服务热线，工号三零二八，请讲。",
    "A: 一二三四五，三零二八号，什么事？",
    "A: 早就接通了，市民服务热线，工号三零二八，请讲。",
    "A: 市民服务热线，工号三零二八。 | C: 喂 | A: 早上几点的事情？",
    "A: 一二三四五热线，三零二八号。 | C: 喂 | A: 早高峰堵车是吗？",
]
NAME_MISSING = [
    "A: 您好，工号三零二八为您服务，请问有什么可以帮您？",
    "A: 您好，三零二八号话务员，请讲。 | C: 喂，是市民服务热线吗",
]
NUMBER_MISSING = [
    "A: 您好，上海一二三四五市民服务热线，请问有什么可以帮您？",
    "A: 您好，12345热线为您服务，请讲。",
    "A: 您好，上海12345市民服务热线，很高兴为您服务。 | C: 你工号多少？ | A: 您先说您的问题。",
    "A: 您好，市民服务热线，我姓王，请讲。",
    "A: 您好，上海一二三四五，接线员，很高兴为您服务。",
]
NEVER = ["A: 喂，哪位？什么事情？ | C: 您好，市民热线吗 | A: 是的，你说", "A: 嗯，你说吧。"]


@pytest.mark.parametrize("script", MET)
def test_met(script: str) -> None:
    assert verdict("opening", script) == "met"


@pytest.mark.parametrize(
    ("script", "reason"),
    [(s, "greeting_missing") for s in GREETING_MISSING]
    + [(s, "name_missing") for s in NAME_MISSING]
    + [(s, "number_missing") for s in NUMBER_MISSING]
    + [(s, "never_said") for s in NEVER[1:]],
)
def test_violated(script: str, reason: str) -> None:
    finding = judge("opening", script)
    assert (finding.verdict.value, finding.reason) == ("violated", reason)
    assert finding.evidence, "the window that was searched"


def test_the_hotline_number_is_nobodys_agent_number() -> None:
    """三四五 in 一二三四五 is close to agent 3045 and must not count."""
    script = "A: 您好，上海一二三四五市民服务热线，请问有什么可以帮您？"
    assert judge("opening", script, agent_id="3045").reason == "number_missing"
    assert judge("opening", script, agent_id="2345").reason == "number_missing"


@pytest.mark.parametrize("agent_id", ["3101", "GH3101", "3-101"])
def test_the_agent_number_comes_from_the_call(agent_id: str) -> None:
    script = "A: 您好，市民服务热线，三幺零幺为您服务"
    assert verdict("opening", script, agent_id=agent_id) == "met"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("A: 您好，市民服务热线，三零八为您服务", "near_match"),
        ("A: 您好，市民服务热线，请问有什么可以帮您 (confidence 0.2)", "unclear_speech"),
        ("A: 您好，市民服务热线 (flag loop)| A: 请问有什么可以帮您", "unclear_speech"),
        ("U: 您好，市民服务热线，请讲", "roles_unknown"),
    ],
)
def test_unsure(script: str, reason: str) -> None:
    finding = judge("opening", script)
    assert (finding.verdict.value, finding.reason) == ("unsure", reason)


def test_words_of_the_citizen_and_late_words_do_not_count() -> None:
    late = "A: 喂你好 | C: 我要投诉 | A: 您说 | C: 路灯坏了 | A: 市民服务热线，工号三零二八"
    assert verdict("opening", late) == "violated"
    assert verdict("opening", "C: 您好，市民服务热线，工号三零二八 | A: 嗯，您说") == "violated"
