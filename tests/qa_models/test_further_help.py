import pytest
from judge import verdict

HEAD = "A: 您好，市民服务热线，工号三零二八，请问有什么可以帮您？ | C: 路灯坏了 | A: 请问在哪里？ | C: 浦东大道 | "
TAIL = " | C: 没有了，谢谢 | A: 感谢您的来电，再见。 | C: 再见"


@pytest.mark.parametrize(
    "question",
    [
        "请问还有什么可以帮您？",
        "请问您还需要其他帮助吗？",
        "还有别的事情要反映吗？",
        "您看还有其他问题吗",
        "另外还有没有要补充的？",
        "除了这个，还有别的需要帮您反映的吗？",
        "其他还有什么需要我做的吗？",
        "还有没有别的诉求？",
        "请问您还有其他需要咨询的吗",
        "還有什麼可以幫您的嗎",
        "好的。那您这边还有别的问题没有？",
        "还有什么我能帮到您的吗",
        "还有啥事情需要帮您反映伐？",
        "还有什么想问的吗？",
        "您还有什么想了解的？",
        "还有什么要说的吗？",
        "还有哪些要登记的？",
        "您看还有没有想反映的？",
        "还有什么不明白的地方吗？",
        "还有没有什么疑问？",
        "别的还有想知道的吗？",
        "您还有什么没说到的？",
        "有其他想咨询的吗？",
        "还有吗？",
        "还有事吗？",
        "还有需要我做的吗？",
        "您这边还有补充吗？",
        "还有没有要帮忙的地方？",
        "其余还有什么问题吗？",
    ],
)
def test_met(question: str) -> None:
    assert verdict("further_help", f"{HEAD}A: {question}{TAIL}") == "met"


@pytest.mark.parametrize(
    "words",
    [
        "工单已经帮您派出去了。",
        "还有一个问题要跟您核实，请问您贵姓？",
        "好的，都记下来了。",
        "请问您需要什么帮助？",
        "您还有三天可以补充材料。",
        "还有两样东西要说清楚。",
        "还有一点要告诉您。",
        "他说还有三天吗，我记一下。",
        "还有半个月到期。",
        "物业还有没有说要修？",
        "他还想要多少钱？",
    ],
)
def test_not_said(words: str) -> None:
    assert verdict("further_help", f"{HEAD}A: {words}{TAIL}") == "violated"


def test_a_call_the_citizen_broke_off_is_not_judged() -> None:
    assert verdict("further_help", HEAD + "A: 请问您贵姓？ | C: 你们就会拖，不打了！") == "not_applicable"
