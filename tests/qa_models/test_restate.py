import pytest
from judge import judge, verdict

from callqa.types import Ticket

TALK = (
    "A: 您好，市民服务热线，工号三零二八 | C: 我家楼下的烧烤店油烟很大，每天搞到半夜 | A: 请问在哪里 | "
    "C: 上钢新村街道，济阳路那个菜场旁边 | A: 您希望怎么处理 | C: 希望他们装油烟净化器，晚上十点以后不要营业 | "
)
COMPLAINT = Ticket(request_type="投诉")


@pytest.mark.parametrize(
    "words",
    [
        "我跟您核对一下，济阳路菜场旁边的烧烤店油烟大，每天到半夜，您要求装油烟净化器，对吗？",
        "那您反映的是济阳路菜场边上的烧烤店，油烟大，希望装净化器，十点以后不营业，是这样吧？",
        "好，记录的内容是上钢新村济阳路烧烤店油烟很大，晚上十点以后不要营业，您看对不对？",
        "我给您念一遍，济洋路菜厂旁边的烧烤店油言很大，要求装油烟净化器。",  # as a recogniser may spell it
    ],
)
def test_restated(words: str) -> None:
    assert verdict("restate", f"{TALK}A: {words} | C: 对的", ticket=COMPLAINT) == "met"


@pytest.mark.parametrize(
    "words",
    [
        "好的，工单已经登记了，会有人联系您的。",
        "您的号码是幺三八，幺二三四，五六七八，对吗？",
        "好的，济阳路，还有别的吗？",
        "这个由城管部门处理，五个工作日内答复您。",
    ],
)
def test_not_restated(words: str) -> None:
    assert verdict("restate", f"{TALK}A: {words} | C: 对的", ticket=COMPLAINT) == "violated"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("好的，工单已经登记了，会有人联系您的 (confidence 0.3)", "unsure"),
        ("好的，工单已经登记了，会有人联系您的 (flag loop)", "unsure"),
        ("嗯 (confidence 0.3)", "violated"),  # no summary fits into it
    ],
)
def test_a_restatement_may_stand_where_nothing_was_heard_clearly(words: str, expected: str) -> None:
    assert verdict("restate", f"{TALK}A: {words} | C: 对的", ticket=COMPLAINT) == expected


def test_without_a_ticket_a_restatement_is_asked_for() -> None:
    assert judge("restate", f"{TALK}A: 好的，会有人联系您的 | C: 对的").reason == "not_restated"


@pytest.mark.parametrize(
    "words",
    [
        "烧烤店油烟的事情会有人上门，济阳路菜场旁边那里会跟您联系。",
        "每天搞到半夜的烧烤店，城管会到济阳路菜场旁边去，再跟您联系的。",
    ],
)
def test_what_will_be_done_is_no_summary(words: str) -> None:
    assert verdict("restate", f"{TALK}A: {words} | C: 那要等几天啊", ticket=COMPLAINT) == "violated"


@pytest.mark.parametrize(
    "answer", ["我讲的是装净化器呀", "我说的是十点以后", "哎，我要的是他们不要营业", "我指的是另外一家"]
)
def test_a_citizen_who_says_it_again_has_not_agreed(answer: str) -> None:
    asked = "A: 烧烤店油烟很大，每天搞到半夜，济阳路菜场旁边，您是要关门，对吧？"
    assert judge("restate", f"{TALK}{asked} | C: {answer}", ticket=COMPLAINT).reason == "restatement_rejected"
    assert verdict("restate", f"{TALK}{asked} | C: 对，{answer}", ticket=COMPLAINT) == "met"


def test_a_restatement_that_the_citizen_rejects_must_be_mended() -> None:
    wrong = "A: 我核对一下，烧烤店油烟很大，每天搞到半夜，济阳路菜场旁边，要求关门，对吗？ | C: 不对，不是要关门 | "
    assert judge("restate", f"{TALK}{wrong}A: 好的再见", ticket=COMPLAINT).reason == "restatement_rejected"
    right = "A: 那就是希望装油烟净化器，晚上十点以后不要营业，对吗？ | C: 对的"
    assert verdict("restate", TALK + wrong + right, ticket=COMPLAINT) == "met"


@pytest.mark.parametrize(
    ("filed", "said"),
    [("咨询", "我想咨询一下，居住证怎么办理，要带什么材料"), ("表扬", "我想表扬一个公交车司机，他帮了我大忙，谢谢他")],
)
def test_what_needs_no_handling_needs_no_restatement(filed: str, said: str) -> None:
    script = f"A: 您好 | C: {said} | A: 好的 | C: 谢谢"
    assert verdict("restate", script, ticket=Ticket(request_type=filed)) == "not_applicable"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("我不是来投诉的，我是来表扬人的，居委有个小姑娘真好", "not_applicable"),
        ("你好，我就是打电话来表扬你们派出所的", "not_applicable"),
        ("我特地来感谢一位师傅的，他把包还给我了", "not_applicable"),
        ("想表扬那位护士，天天上门给我换药", "not_applicable"),
        ("我要投诉，他们还叫我表扬他们，你说好笑吧", "violated"),
        ("我要投诉物业，本来还想表扬他们的，现在越来越差", "violated"),
        ("谢谢你们了，我家路灯坏了一个礼拜了，快来修", "violated"),
    ],
)
def test_praise_that_was_filed_as_something_else_needs_no_restatement(said: str, expected: str) -> None:
    script = f"A: 您好 | C: {said} | A: 哦，好的 | C: 就这个事 | A: 记下来了，再见 | C: 再见"
    assert verdict("restate", script, ticket=Ticket(request_type="其他")) == expected


def test_a_complaint_filed_as_a_question_is_no_excuse() -> None:
    script = "A: 您好 | C: 我要投诉物业，乱收费还骂人，你们要处罚他们 | A: 好的，再见 | C: 我要投诉他们"
    assert verdict("restate", script, ticket=Ticket(request_type="咨询")) in ("violated", "unsure")


def test_in_an_outbound_call_the_ticket_was_said_before() -> None:
    ticket = Ticket(request_type="投诉", summary="外来车占用小区车位", location="川沙德馨苑", appeal="加强车辆管理")
    script = "A: 您好，您上周反映德馨苑外来车占用车位，要求加强车辆管理，是您本人吗？ | C: 对，是我 | A: 再见"
    assert verdict("restate", script, ticket=ticket, direction="outbound") == "met"


SUMMED = "济阳路菜场旁边的烧烤店油烟大，每天到半夜，要装油烟净化器"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("像不？", "像"),  # the question's own last word again
        ("我没听岔吧？", "没岔"),
        ("有落下的没？", "没落"),
        ("中不中？还有旁的事没有，一块儿倒倒。", "中，旁的没有"),
        ("没记错吧？还有别的要说吗？", "没记错，也没有别的"),
        ("是这样不？", "一个字都没错"),
        ("您听听还要不要改？", "不用改"),
        ("这几条对吧？", "对，就这几条"),
    ],
)
def test_a_summary_is_confirmed_in_any_words(asked: str, answer: str) -> None:
    assert verdict("restate", f"{TALK}A: {SUMMED}，{asked} | C: {answer}", ticket=COMPLAINT) == "met"


@pytest.mark.parametrize(
    "words",
    [
        # the question is not about what was said
        "烧烤店那边我查了，济阳路菜场旁边每天都有人去。您还有没有什么事，一次讲完？",
        "每天搞到半夜的烧烤店，我查查那边有没有人去过，请稍候。",
        "上钢新村济阳路的烧烤店油烟，是菜场东边那家还是旁边那家？",
        "济阳路那个菜场旁边，烧烤店油烟很大。后来呢？",
    ],
)
def test_a_question_about_something_else_confirms_nothing(words: str) -> None:
    assert verdict("restate", f"{TALK}A: {words} | C: 好的", ticket=COMPLAINT) == "violated"


def test_what_the_ticket_says_of_the_request_tells_a_summary_from_a_detail() -> None:
    ticket = Ticket(
        request_type="投诉",
        summary="市民反映上钢新村街道济阳路菜场旁边烧烤店油烟大，每天营业至半夜",
        appeal="要求安装油烟净化器，晚上十点以后停止营业",
    )
    script = TALK + "C: 老板还跟我讲，你管好你自己，少管闲事 | A: 他说你管好你自己少管闲事，这样写对吗？ | C: 对"
    assert verdict("restate", script, ticket=ticket) == "violated"
    # the same words as before, and nobody asks; the citizen says yes to all of it
    whole = "济阳路菜场旁边烧烤店油烟大，每天到半夜，要求装油烟净化器，晚上十点以后不营业"
    assert verdict("restate", f"{TALK}A: {whole} | C: 对，就是这样", ticket=ticket) == "met"
    assert verdict("restate", f"{TALK}A: {whole} | C: 那要等几天啊", ticket=ticket) == "violated"
