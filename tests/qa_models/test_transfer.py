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
    ],
)
def test_a_ticket_that_is_passed_on_is_no_transfer(words: str) -> None:
    assert verdict("transfer_notice", f"{HEAD}A: {words} | C: 好的") == "not_applicable"
