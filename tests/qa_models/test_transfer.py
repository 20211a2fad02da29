import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我要问公积金 | "


@pytest.mark.parametrize(
    "words",
    [
        "我帮您转接公积金热线，请您不要挂机",
        "那我给您转到幺二三二九，您稍等",
        "这边为您转接到劳动监察专席，请保持通话",
        "我把您的电话接到人社专线，麻烦您拿着电话别挂",
        "我帮您切到社保那条专线，稍等一下",
        "我把您的电话接到交警总队，请您不要挂机",
        "给您转到医保局的窗口，您稍候",
        "把您的来电转给值班平台，请稍等",
        "我把您这条线牵到房管局的专席，电话可千万别撂",
        "您电话拿稳，我领您到水务局那边去",
        "我这就给您推到医保中心，听到音乐不要按掉",
    ],
)
def test_announced(words: str) -> None:
    assert verdict("transfer_notice", f"{HEAD}A: {words} | C: 好的") == "met"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("A: 我给您转过去了 | C: 啊", "transfer_unannounced"),
        ("A: 帮您转到公积金热线 | C: 啊", "hold_on_missing"),
        ("A: 那我切一下 | C: 啊？切什么呀", "transfer_unannounced"),
        ("A: 好的 | C: 喂，怎么变成音乐了", "transfer_unannounced"),
        ("A: 好的 | C: 转到哪里去啊", "transfer_unannounced"),
        ("A: 好的 | C: 谢谢 | A: 喂，这里是水务局值班 | C: 哦", "transfer_unannounced"),
        ("A: 好的 | C: 谢谢 | A: 房管所值守，什么事 | C: 哦，漏水", "transfer_unannounced"),
        (
            "A: 请问您贵姓 | C: 姓王 | A: 请问房子的地址 | C: 东路八号 | A: 房子漏水是吧 | C: 喂，你是谁啊",
            "transfer_unannounced",
        ),
        ("A: 我看看这个归谁办 | C: 咋成个男的了", "transfer_unannounced"),
    ],
)
def test_not_announced(script: str, reason: str) -> None:
    finding = judge("transfer_notice", HEAD + script)
    assert (finding.verdict.value, finding.reason) == ("violated", reason)


@pytest.mark.parametrize(
    "words",
    [
        "我把工单转给街道处理",
        "您的诉求会转交给物业",
        "这个建议我们会转达的",
        "我记下来，转给城管中队",
        "房子转让的话要过户",
        "您的表扬我转给他们中心",
        "电话就不给您转过去了，单子直接到他们那里",
        "不是现在把电话接过去，您不用等",
        "给您转到区人社局，三个工作日内他们联系您",
        "您别挂，我把单子交到街道去",
        "好，一个窗口，九点开门",
    ],
)
def test_a_ticket_that_is_passed_on_is_no_transfer(words: str) -> None:
    assert verdict("transfer_notice", f"{HEAD}A: {words} | C: 好的") == "not_applicable"
