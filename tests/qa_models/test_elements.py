"""The five elements: who, how to reach them, when, where, and what they ask for."""

import pytest
from dummies import call
from judge import checks

from callqa.types import Finding, Ticket

OPEN = "A: 您好，市民服务热线，工号三零二八为您服务，请讲"
WHO = "A: 请问怎么称呼您 | C: 我姓汤"
REACH = "A: 联系电话留一下 | C: 幺三七二二零四五五八幺"
WHEN = "A: 什么时候发生的 | C: 昨天晚上"
WHERE = "A: 具体在什么地方 | C: 银桂路海棠苑"
WHAT = "C: 希望他们尽快修好 | A: 好的，我为您登记，转给相关部门处理"
FULL = (WHO, REACH, WHEN, WHERE, WHAT)


def elements(*parts: str, request_type: str = "投诉", **options: object) -> Finding:
    ticket = Ticket(request_type=request_type)
    return checks()["element_collection"](call(" | ".join((OPEN, *parts)), ticket=ticket, **options))  # type: ignore[arg-type]


def test_all_five() -> None:
    finding = elements(*FULL)
    assert (finding.verdict.value, finding.reason, finding.value) == ("met", "elements_obtained", 5)
    assert finding.evidence


@pytest.mark.parametrize(
    ("missing", "reason"),
    [(0, "who_missing"), (1, "reach_missing"), (2, "when_missing"), (3, "where_missing"), (4, "what_missing")],
)
def test_one_is_missing(missing: int, reason: str) -> None:
    finding = elements("C: 楼道的灯不亮了", *(part for i, part in enumerate(FULL) if i != missing))
    assert (finding.verdict.value, finding.reason, finding.value) == ("violated", reason, 4)


def test_several_are_missing() -> None:
    finding = elements("C: 我要投诉，楼上违建", WHERE, WHAT)
    assert (finding.verdict.value, finding.reason, finding.value) == ("violated", "elements_missing", 2)


OTHER_WAYS = [
    (0, "C: 我叫汤慧敏，我要反映个事情"),
    (0, "A: 您贵姓 | C: 免贵姓汤"),
    (0, "A: 汤女士您好"),
    (0, "A: 请问您的姓名 | C: 不想留名字，匿名吧"),
    (0, "A: 怎么称呼 | C: 你就写匿名好了"),
    (0, "A: 方便留个称呼吗 | C: 小汤"),
    (0, "A: 清问怎么成呼 | C: 姓汤"),
    (1, "C: 我电话幺三七，二二零四，五五八幺"),
    (1, "A: 就用您现在这个来电号码联系您可以吗 | C: 可以"),
    (1, "A: 电话就留这个号码是吧 | C: 对，就这个手机"),
    (1, "A: 方便留个联系方式吗 | C: 不方便，不想留"),
    (1, "A: 就用尾号五五八幺的手机回复您，行吗 | C: 行"),
    (1, "C: 家里电话是五八三三零幺七二"),
    (1, "A: 处理结果打您这个手机可以吗 | C: 可以的"),
    (2, "C: 从上个月开始就这样"),
    (2, "C: 每天夜里两点钟还在吵"),
    (2, "C: 就刚刚"),
    (2, "A: 这个情况持续多久了 | C: 有大半年了"),
    (2, "A: 是今天早上发生的吗 | C: 是的"),
    (2, "C: 本月二十二号晚上"),
    (2, "C: 这个月三号"),
    (2, "C: 就月初那几天"),
    (1, "A: 用什么号码联系您 | C: 就这个"),
    (1, "A: 回头打哪个电话找您 | C: 这个"),
    (2, "C: 有一阵子了"),
    (2, "C: 好久了"),
    (2, "C: 三天两头这样"),
    (2, "C: 大清早五点不到"),
    (2, "C: 今年过完年开始的"),
    (2, "C: 上上个礼拜的事"),
    (2, "C: 前几天吧"),
    (2, "C: 前段时间开始的"),
    (2, "C: 十五号早上还好好的"),
    (2, "C: 二十号开始就没水了"),
    (2, "C: 这阵子都这样"),
    (2, "C: 元旦那会儿"),
    (2, "C: 凌晨就开始敲"),
    (2, "C: 每个礼拜都来一趟"),
    (3, "C: 在海棠苑门口"),
    (3, "A: 请问您在哪个小区 | C: 梧桐湾"),
    (3, "C: 我住柳浪街十五号"),
    (3, "A: 地址报一下 | C: 青溪镇北浦村七组"),
    (4, "A: 您希望怎么处理 | C: 让他们把钱退给我"),
    (4, "A: 那您的诉求是什么呢 | C: 拆掉"),
    (4, "A: 您需要物业尽快上门维修，是吧 | C: 对"),
    (4, "C: 能不能派人来看一下"),
    (4, "C: 你们赶紧来人处理呀"),
    (4, "C: 我要求退款"),
]


@pytest.mark.parametrize(("place", "said"), OTHER_WAYS)
def test_other_ways_to_obtain_one(place: int, said: str) -> None:
    parts = [part if i != place else said for i, part in enumerate(FULL)]
    finding = elements("C: 楼道的灯不亮了", *parts)
    assert finding.verdict.value == "met", finding


NOT_OBTAINED = [
    (0, "A: 好的先生，请讲"),
    (0, "C: 那个经理姓罗"),
    (1, "C: 我打过一二三四五，也打过幺幺零"),
    (1, "A: 您可以打物业电话五八三三零幺七二"),
    (1, "C: 那我这个电话不是白打了"),
    (1, "C: 这个电话打了三次才打通"),
    (1, "C: 这个电话里讲不清楚"),
    (0, "A: 请问什么事 | C: 就是灯的事"),
    (0, "A: 请问什么情况 | C: 灯不亮"),
    (2, "C: 我住十五号"),
    (2, "C: 我今年六十五岁"),
    (2, "C: 老头子今年七十八，腿不好"),
    (2, "C: 二十二号楼的灯"),
    (2, "C: 坐三号线来的"),
    (2, "A: 十五个工作日内会给您答复"),
    (3, "C: 在我们这里"),
]


@pytest.mark.parametrize(("place", "said"), NOT_OBTAINED)
def test_what_does_not_count(place: int, said: str) -> None:
    parts = [part if i != place else said for i, part in enumerate(FULL)]
    finding = elements("C: 楼道的灯不亮了", *parts)
    assert finding.verdict.value == "violated", finding


ASKING = "C: 请问一下社保卡怎么补办 | A: 您带身份证到社区事务受理中心就可以 | C: 好的谢谢"


@pytest.mark.parametrize(
    ("parts", "request_type", "expected"),
    [
        ((ASKING,), "咨询", "not_applicable"),
        (("C: 我要表扬海棠苑的保安，特别热心 | A: 好的，我帮您转达",), "表扬", "not_applicable"),
        # the ticket says 咨询, the call was a complaint that the agent took down
        (("C: 楼上违建，要求拆除 | A: 好的，我为您登记工单，转城管处理",), "咨询", "violated"),
        (("C: 楼上违建，要求拆除", *FULL), "咨询", "met"),
        # the ticket says something else, the call was a question answered at once
        ((ASKING,), "其他", "not_applicable"),
        ((ASKING,), "", "not_applicable"),
        (("C: 楼道的灯不亮了 | A: 好的，我为您登记",), "", "violated"),
    ],
)
def test_questions_and_praise_need_no_elements(parts: tuple[str, ...], request_type: str, expected: str) -> None:
    assert elements(*parts, request_type=request_type).verdict.value == expected


def test_who_calls_back_knows_the_number() -> None:
    call_back = "A: 请问是汤女士吗，您上周反映的银桂路噪音，解决了吗 | C: 没有，昨天还在吵，要求再去查 | A: 我为您登记"
    assert elements(call_back, direction="outbound").verdict.value == "met"
    assert elements(call_back).reason == "reach_missing"


def test_where_something_was_not_heard_a_person_decides() -> None:
    finding = elements(WHO, "A: (confidence 0.2)", WHEN, WHERE, WHAT)
    assert (finding.verdict.value, finding.reason) == ("unsure", "unclear_speech")
    finding = elements(WHO, "A: 电话 (flag loop)", WHEN, WHERE, WHAT)
    assert finding.verdict.value == "unsure"


def test_where_something_like_the_question_was_heard_a_person_decides() -> None:
    near = "A: 什么实话 | C: 嗯好"
    finding = elements("C: 楼道的灯不亮了", WHO, REACH, near, WHERE, WHAT)
    assert (finding.verdict.value, finding.reason, finding.value) == ("unsure", "near_match", 4)
    # another element is missing for sure
    assert elements("C: 楼道的灯不亮了", REACH, near, WHERE, WHAT).reason == "who_missing"


N, M, V = "not_applicable", "met", "violated"
WHOLE_CALLS: list[tuple[str, str, str]] = [
    (
        "投诉",
        M,
        "A: 您好，请讲 | C: 你好，我是紫藤花园的业主，姓邵，我们这边垃圾桶三天没人收了 | A: 邵女士您好，"
        "您这个来电的手机号可以联系到您吗 | C: 可以的，你们赶紧派人来收掉 | A: 好的，为您登记",
    ),
    (
        "投诉",
        V,
        "A: 您好，请讲 | C: 我们这边垃圾桶三天没人收了，紫藤花园 | A: 好的，已经帮您记下来了 | C: 那快点来收啊 |"
        " A: 会尽快的，再见",
    ),
    (
        "求助",
        M,
        "A: 您好 | C: 救命啊，我妈在浴室摔倒了动不了，柳荫路三十号幺零二 | A: 您先别动她，马上帮您转幺二零，"
        "您贵姓 | C: 姓尤，刚摔的 | A: 电话就是这个号码吧 | C: 对，快点派车来",
    ),
    (
        "举报",
        M,
        "A: 请讲 | C: 我要匿名举报，银叶路有个赌场，每天晚上开的 | A: 方便留姓名电话吗 | C: 不留，怕报复 |"
        " A: 好的，您希望公安去查处对吧 | C: 对",
    ),
    ("举报", V, "A: 请讲 | C: 我举报银叶路有个赌场，每天晚上开的，你们去查一下 | A: 好的，已经登记了，再见"),
    (
        "咨询",
        N,
        "A: 您好 | C: 请问居住证积分怎么算啊 | A: 您可以到社区事务受理中心，带学历证书和社保记录 | C: 哦好的，"
        "那周末开门吗 | A: 周六上午开的 | C: 谢谢",
    ),
    (
        "咨询",
        N,
        "A: 您好 | C: 我想了解一下老年卡什么时候能领 | A: 年满六十五周岁就可以申请，在街道登记之后十五天内领取 | C: 好",
    ),
    (
        "咨询",
        N,
        "A: 您好 | C: 我问一下离婚财产怎么分，我要求孩子归我可以吗 | A: 这个您可以咨询法律援助，"
        "我帮您转到幺二三四八 | C: 好的",
    ),
    (
        "咨询",
        V,
        "A: 您好 | C: 我要投诉宏光超市卖过期奶粉，要求赔偿 | A: 好的，我帮您登记工单，转给市场监管部门 | C: 好",
    ),
    (
        "表扬",
        N,
        "A: 您好 | C: 我要感谢一下南枫派出所的小陆警官，昨天帮我把走丢的老爸送回来了 | A: 好的，"
        "我给您登记表扬工单 | C: 谢谢",
    ),
    (
        "建议",
        M,
        "A: 您好 | C: 我建议橡树路那边的红绿灯时间调长一点，老人过马路来不及，尤其早高峰 | A: 好的，请问怎么称呼 |"
        " C: 叫我老钱 | A: 钱先生电话方便留吗 | C: 六二幺幺，三三四四",
    ),
    (
        "建议",
        V,
        "A: 您好 | C: 我建议橡树路那边的红绿灯时间调长一点，老人过马路来不及，尤其早高峰 | A: 好的，请问怎么称呼 |"
        " C: 叫我老钱 | A: 好的，我给您登记上去，感谢来电",
    ),
    (
        "投诉",
        M,
        "A: 您好 | C: 我上个月在千禾家居买的沙发塌了，他们不管 | A: 哪家门店 | C: 金沙大道店 |"
        " A: 您的姓名和手机号报一下 | C: 孔令仪，幺五六，七七零零，二二三八 | A: 您想要换货还是退款 | C: 退款",
    ),
    (
        "投诉",
        V,
        "A: 您好 | C: 沙发塌了，他们不管 | A: 您的姓名和手机号报一下 | C: 孔令仪，幺五六，七七零零，二二三八 |"
        " A: 您想要换货还是退款 | C: 退款 | A: 什么时候买的 | C: 上个月",
    ),
    (
        "投诉",
        V,
        "A: 您好 | C: 千禾家居金沙大道店的沙发塌了，他们不管 | A: 您的姓名和手机号报一下 | C: 孔令仪，幺五六，"
        "七七零零，二二三八 | A: 您想要换货还是退款 | C: 退款",
    ),
    (
        "求助",
        M,
        "A: 您好 | C: 我钱包掉在出租车上了，从火车站到芦花新村，今天早上九点多 | A: 您留个姓名电话 | C: 裘，"
        "裘千仞，幺三零零零零零八八八八 | A: 帮您找到车，是吧 | C: 对对，麻烦你了",
    ),
    (
        "投诉",
        M,
        "A: 您好 | C: 喂我投诉公交九九幺路司机，刚刚在橄榄路站不停车 | A: 您怎么称呼 | C: 我不想说 |"
        " A: 那联系方式呢 | C: 也不用联系我 | A: 您是希望批评教育司机对吗 | C: 对",
    ),
    (
        "其他",
        M,
        "A: 您好 | C: 我上周报的那个单子，芦花新村停水的，要撤掉，已经好了 | A: 您贵姓，"
        "原来留的手机是尾号七七幺二对吗 | C: 姓冷，对的 | A: 帮您撤销",
    ),
]


@pytest.mark.parametrize(("request_type", "expected", "script"), WHOLE_CALLS)
def test_whole_calls(request_type: str, expected: str, script: str) -> None:
    finding = checks()["element_collection"](call(script, ticket=Ticket(request_type=request_type)))
    assert finding.verdict.value == expected, finding


def test_the_last_digits_of_a_plate_are_no_telephone_number() -> None:
    plate = "A: 车牌记得吗 | C: 车牌尾号是五零七三 | A: 尾号五零七三的车，是吧 | C: 对"
    assert elements(WHO, plate, WHEN, WHERE, WHAT).reason == "reach_missing"


FILED = {
    "request_type": "求助",
    "contact_name": "蒲月",
    "contact_phone": "13722045581",
    "event_time": "今天",
    "location": "仙林老渡口",
    "appeal": "协助找回弹布尔琴",
}
LOST = "C: 我的弹布尔琴落下了，我怎么回家啊 | A: 好的，我为您登记"


@pytest.mark.parametrize(
    ("parts", "blank", "expected"),
    [
        # what the ticket holds was obtained, in whatever words the call says it
        (("A: 名字先报给我 | C: 蒲……蒲月", "C: 就在仙林那个老渡口，今天丢的", REACH, LOST), "", "met"),
        (
            ("C: 我是蒲月", "C: 仙林老渡口，今天丢的", LOST, "A: 打这只幺三七，二二零四，五五八幺，对吗 | C: 对"),
            "",
            "met",
        ),
        # what it lacks was not, where only something vague was said
        ((WHO, WHERE, LOST, REACH, "C: 一直这样的"), "event_time", "violated"),
        ((WHO, WHERE, LOST, REACH, "C: 昨天丢的"), "event_time", "met"),
        ((WHO, WHEN, LOST, REACH, "C: 她转到我微信里"), "location", "violated"),
        ((WHO, WHEN, LOST, REACH, "C: 在银桂路"), "location", "met"),
        ((WHO, WHEN, WHERE, LOST, "A: 谢谢您打这个电话"), "contact_phone", "violated"),
        ((WHO, WHEN, WHERE, LOST, "A: 就用这个号码联系您，是吗 | C: 是的"), "contact_phone", "met"),
        ((WHEN, WHERE, LOST, REACH, "A: 祝你太太早日康复 | C: 谢谢"), "contact_name", "violated"),
        # a number that the agent gives away is nobody's, also where the citizen repeats it
        (
            (WHO, WHEN, WHERE, LOST, "A: 组长的手机是幺五八，二幺零七，七三四六 | C: 幺五八，二幺零七，七三四六，好"),
            "contact_phone",
            "violated",
        ),
    ],
)
def test_what_the_ticket_holds_or_lacks_tells_what_was_obtained(
    parts: tuple[str, ...], blank: str, expected: str
) -> None:
    ticket = Ticket(**(FILED | ({blank: ""} if blank else {})))  # type: ignore[arg-type]
    finding = checks()["element_collection"](call(" | ".join((OPEN, *parts)), ticket=ticket))
    assert finding.verdict.value == expected, finding


def test_what_is_on_the_ticket_and_was_not_heard_in_the_call_is_for_a_person() -> None:
    finding = checks()["element_collection"](
        call(" | ".join((OPEN, WHEN, WHERE, WHAT, REACH)), ticket=Ticket(**FILED))  # type: ignore[arg-type]
    )
    assert (finding.verdict.value, finding.reason) == ("unsure", "near_match")


@pytest.mark.parametrize(
    ("request_type", "appeal", "expected"),
    [
        ("求助", "了解失业金申领条件", "not_applicable"),  # a question that was answered at once
        ("求助", "希望表扬宣医生", "not_applicable"),
        ("求助", "恢复供水", "violated"),
        ("咨询", "了解失业金申领条件", "not_applicable"),
        ("咨询", "退还押金，查处未备案经营", "violated"),  # the wrong type; something was asked for all the same
    ],
)
def test_what_the_ticket_asks_for_tells_if_elements_are_needed(request_type: str, appeal: str, expected: str) -> None:
    script = "A: 您好，请讲 | C: 我想问一下，押金不退给我怎么办 | A: 好的，给您记下来了，感谢来电 | C: 好"
    ticket = Ticket(request_type=request_type, appeal=appeal)
    assert checks()["element_collection"](call(script, ticket=ticket)).verdict.value == expected
