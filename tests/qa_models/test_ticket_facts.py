"""The ticket against the call: names, places, times, amounts and what is asked for."""

import pytest
from dummies import call
from judge import checks
from ticketed import PHONE, compare

from callqa.types import Ticket

NAME_CASES = [
    ("C: 我姓汤", "汤女士", "met"),
    ("C: 免贵姓汤 | A: 汤先生您好", "汤先生", "met"),
    ("C: 我叫汤慧敏", "汤慧敏", "met"),
    ("C: 我叫唐会民 (confidence 0.8)", "汤慧敏", "met"),
    ("C: 我叫汤慧敏", "汤女士", "met"),
    ("C: 我姓汤", "汤阿姨", "met"),
    ("C: 我姓汤 | A: 汤女士", "", "met"),
    ("C: 姓张，弓长张 | A: 张女士", "张女士", "met"),
    ("C: 姓张，弓长张 | A: 张女士", "章女士", "violated"),
    ("C: 立早章的章", "章先生", "met"),
    ("C: 耳东陈 | A: 陈先生", "陈先生", "met"),
    ("C: 我姓汤 | A: 汤女士，请讲", "罗女士", "violated"),
    ("C: 我姓汤 | A: 汤先生，请讲 | A: 汤先生，还有别的吗", "汤女士", "violated"),
    ("C: 我姓汤 | A: 汤女士，请讲", "欧阳女士", "violated"),
    ("C: 我姓欧阳", "欧阳先生", "met"),
    ("C: 我叫汤慧敏 | A: 汤慧敏女士对吧 | C: 对", "汤国强", "violated"),
    ("C: 我姓汤 (confidence 0.7)", "罗女士", "unsure"),
    ("C: 我姓秦 | A: 陈女士 (confidence 0.8)", "秦女士", "met"),
    ("A: 是罗师傅吗 | C: 我不姓罗，我姓汤 | A: 汤师傅", "汤师傅", "met"),
    ("A: 是罗师傅吗 | C: 我不姓罗，我姓汤 | A: 汤师傅", "罗师傅", "violated"),
    ("C: 物业经理姓罗 | C: 我姓汤", "汤女士", "met"),
    ("C: 你们好 | A: 女士您好", "罗女士", "met"),
]


@pytest.mark.parametrize(("script", "filed", "expected"), NAME_CASES)
def test_name(script: str, filed: str, expected: str) -> None:
    finding = compare(f"A: 怎么称呼您 | {script}", contact_name=filed)
    assert finding.verdict.value == expected, finding
    if expected == "violated":
        assert finding.reason == "name_differs"


HOME = "C: 银桂路三百二十弄，梧桐湾小区，十八号四零二 | A: 银桂路三百二十弄梧桐湾小区十八号四零二室，对吧 | C: 对"
PLACE_CASES = [
    (HOME, "银桂路320弄梧桐湾小区18号402室", "met", ""),
    (HOME, "浦东新区周浦镇银桂路320弄18号402室（梧桐湾小区）", "met", ""),
    (HOME, "梧桐湾18号402", "met", ""),
    (HOME, "银桂路梧桐湾小区", "met", ""),
    (HOME, "银桂路320弄梧桐湾小区18号420室", "violated", "house_number_differs"),
    (HOME, "银桂路320弄梧桐湾小区81号402室", "violated", "house_number_differs"),
    (HOME, "银桂路302弄梧桐湾小区18号402室", "violated", "house_number_differs"),
    (HOME, "金桐路320弄梧桐湾小区18号402室", "violated", "place_differs"),
    (HOME, "银桂路320弄碧云湾小区18号402室", "violated", "place_differs"),
    (HOME, "", "met", ""),
    # by sound
    ("C: 银贵路320弄，吴同湾小区 (confidence 0.85)", "银桂路320弄梧桐湾小区", "met", ""),
    ("C: 吟桂路三百二十弄 (confidence 0.85)", "银桂路320弄", "met", ""),
    ("C: 18号四铃二 (confidence 0.8)", "18号402室", "met", ""),
    # not heard at all, or heard once and badly
    ("C: 就在我们家门口", "银桂路梧桐湾小区门口", "met", ""),
    ("C: 柳浪街十五号 (confidence 0.7)", "柳浪街50号", "unsure", ""),
    # corrected, read back
    ("C: 梧桐湾十八号，不对，是八十号 | A: 梧桐湾八十号", "梧桐湾小区80号", "met", ""),
    ("C: 梧桐湾十八号，不对，是八十号 | A: 梧桐湾八十号", "梧桐湾小区18号", "violated", "house_number_differs"),
    ("C: 梧桐湾十八号 | A: 二十八号对吗 | C: 不是二十八号，是十八号", "梧桐湾小区18号", "met", ""),
    (
        "C: 梧桐湾十八号 | A: 二十八号对吗 | C: 不是二十八号，是十八号",
        "梧桐湾小区28号",
        "violated",
        "house_number_differs",
    ),
    ("C: 在银桂路 | A: 金桂路吗 | C: 不是，银桂路", "银桂路", "met", ""),
    # several places, and words that are no names
    ("C: 我家住柳浪街，路灯在银桂路，靠近海棠街", "银桂路近海棠街", "met", ""),
    ("C: 那条路上，银桂路和海棠街路口", "银桂路海棠街路口", "met", ""),
    ("C: 我们小区门口，海棠苑", "海棠苑小区门口", "met", ""),
    ("C: 海棠苑三期九号楼 | A: 海棠苑三期九号楼", "海棠苑3期9号楼", "met", ""),
    ("C: 海棠苑三期九号楼 | A: 海棠苑三期九号楼", "海棠苑三期6号楼", "violated", "house_number_differs"),
    ("C: 就是五号楼和七号楼中间 | A: 五号楼和七号楼", "海棠苑5号楼、7号楼之间", "met", ""),
    ("C: 海棠七村，海棠七村 (confidence 0.9)", "海棠二村", "unsure", ""),
    ("C: 海棠七村 (confidence 0.9) | A: 海棠七村 (confidence 0.9)", "海棠二村", "violated", "place_differs"),
    ("C: 柳浪街菜场 | A: 柳浪街菜场是吗 | C: 对", "柳林街菜场", "violated", "place_differs"),
    ("C: 青溪镇北浦村 | A: 青溪镇北浦村是吗 | C: 对", "青溪镇南浦村", "violated", "place_differs"),
]


@pytest.mark.parametrize(("script", "filed", "expected", "reason"), PLACE_CASES)
def test_place(script: str, filed: str, expected: str, reason: str) -> None:
    finding = compare(f"A: 请问地址在哪里 | {script}", location=filed)
    assert finding.verdict.value == expected, finding
    if reason:
        assert finding.reason == reason


TIME_CASES = [
    ("C: 昨天晚上十点", "昨晚22点", "met"),
    ("C: 昨天晚上十点多", "11月1日22时许", "met"),
    ("C: 昨天晚上十点 | A: 昨晚十点是吗 | C: 对", "昨晚20点", "violated"),
    ("C: 昨天晚上十点 | A: 昨晚十点是吗 | C: 对", "前晚22点", "violated"),
    ("C: 上个礼拜三下午 | A: 上周三下午", "上周三下午", "met"),
    ("C: 上个礼拜三 | A: 上周三", "10月28日", "met"),
    ("C: 上个礼拜三 | A: 上周三", "上周五", "violated"),
    ("C: 十月二十号 | A: 十月二十号", "2026年10月20日", "met"),
    ("C: 十月二十号 | A: 十月二十号", "10月12日", "violated"),
    ("C: 三天前", "10月30日", "met"),
    ("C: 前天早上八点一刻", "10月31日8:15", "met"),
    ("C: 今年五月份开始的", "今年5月起", "met"),
    ("C: 今年五月份开始的 | A: 五月份", "今年3月起", "violated"),
    ("C: 每天夜里十一点到两点", "每晚23点至次日2点", "met"),
    ("C: 已经好几天了", "近期", "met"),
    ("C: 十分钟前", "今日17时，来电前约10分钟", "met"),
    ("C: 今天早上 | A: 今天早上", "今晚", "violated"),
    ("C: 昨天晚上四点 (confidence 0.7)", "昨晚10点", "unsure"),
    ("C: 国庆节的时候", "10月2日", "met"),
    ("C: 礼拜天", "昨日", "met"),
    ("C: 两点半 | A: 下午两点半", "14:30左右", "met"),
    ("C: 我上周三打过一次电话，昨天又来了", "昨天", "met"),
    # 十点多 is any time between ten and eleven
    ("C: 昨天晚上十点多", "11月1日22:40", "met"),
    ("C: 昨天晚上十点多", "11月1日22:05", "met"),
    ("C: 昨天晚上十点五十", "昨晚10点多", "met"),
    ("C: 昨天晚上十点多 | A: 十点多", "11月1日23:20", "violated"),
    ("C: 昨天早上九点缺五分", "昨天8:55", "met"),
    ("C: 昨天早上差十分九点", "昨天8:50", "met"),
    ("C: 昨天早上差十分九点 | A: 差十分九点", "昨天9:50", "violated"),
    # 左右 leaves less open of a quarter than of an hour
    ("C: 昨天晚上十点三刻 | A: 十点三刻", "昨晚10点一刻左右", "violated"),
    ("C: 昨天早上八点四十五 | A: 八点四十五", "昨天8:15左右", "violated"),
    ("C: 昨天下午三点一刻 | A: 三点一刻", "昨天15:45许", "violated"),
    ("C: 昨天下午三点二十左右 | A: 三点二十", "昨天15:40左右", "violated"),
    ("C: 昨天下午三点一刻 | A: 三点一刻", "昨天15:20左右", "met"),
    ("C: 昨天下午三点二十 | A: 三点二十", "昨天15点左右", "met"),
    ("C: 昨天下午三点多 | A: 三点多", "昨天15:20", "met"),
    ("C: 昨天下午大概三点半 | A: 三点半", "昨天15点左右", "met"),
    ("C: 就刚才", "", "met"),
    ("C: 半天前", "11月2日", "met"),
    ("C: 半天前", "10月18日", "violated"),
    ("C: 半个月前", "10月18日", "met"),
    ("C: 七十二小时前", "10月30日", "met"),
    ("C: 七十二小时前", "11月2日", "violated"),
    ("C: 三个小时前", "今天", "met"),
    ("C: 凌晨六点", "凌晨6:00", "met"),
    ("C: 凌晨六点", "早上6:00", "met"),
    ("C: 凌晨六点", "18:00", "violated"),
    ("C: 凌晨十二点", "中午12:00", "violated"),
    ("C: 半小时前", "今天", "met"),
    ("C: 夜里十一点", "23:00", "met"),
    ("C: 去年十月二十号", "2025年10月20日", "met"),
    ("C: 去年十月二十号", "2026年10月20日", "violated"),
    ("C: 十月二十号", "2025年10月20日", "met"),
]


@pytest.mark.parametrize(("script", "filed", "expected"), TIME_CASES)
def test_time(script: str, filed: str, expected: str) -> None:
    finding = compare(f"A: 什么时候的事 | {script}", event_time=filed)
    assert finding.verdict.value == expected, finding
    if expected == "violated":
        assert finding.reason == "time_differs"


AMOUNT_CASES = [
    ("C: 充了六千八百块", "充值6800元", "met"),
    ("C: 充了六千八 | A: 六千八百元", "充值6800元", "met"),
    ("C: 充了六千八百块 | A: 六千八百元对吗 | C: 对", "充值8600元", "violated"),
    ("C: 充了六千八百块 | A: 六千八百元对吗 | C: 对", "充值680元", "violated"),
    ("C: 两万三 | A: 两万三千元", "损失2.3万元", "met"),
    ("C: 一共三十二节，上了七节", "剩余25节未上", "met"),
    ("C: 七月欠四千五，八月欠四千五", "拖欠工资9000元", "met"),
    ("C: 欠了我三个月工资 | A: 三个月工资", "拖欠3个月工资", "met"),
    ("C: 欠了我三个月工资 | A: 三个月工资", "拖欠5个月工资", "violated"),
    ("C: 淹了两亩多地", "淹没农田2亩多", "met"),
    ("C: 车牌沪A，三五七K二", "车牌沪A357K2货车", "met"),
    ("C: 车牌沪A，三五七K二 | A: 沪A三五七K二", "车牌沪A359K2货车", "violated"),
    ("C: 充了六千八百块，不对，是八千六百块 | A: 八千六百元", "充值6800元", "violated"),
]


@pytest.mark.parametrize(("script", "filed", "expected"), AMOUNT_CASES)
def test_amount(script: str, filed: str, expected: str) -> None:
    finding = compare(f"A: 您请讲 | {script}", summary=filed)
    assert finding.verdict.value == expected, finding
    if expected == "violated":
        assert finding.reason == "amount_differs"


APPEAL_CASES = [
    # left out
    ("C: 楼上天天漏水 | A: 您有什么诉求 | C: 我要求他们来修", "投诉", "", "appeal_missing"),
    ("C: 希望你们去查一下 | A: 好的", "举报", "", "appeal_missing"),
    ("C: 请问社保卡怎么办 | A: 您带身份证去就可以 | C: 好谢谢", "咨询", "", ""),
    ("C: 我要表扬张警官 | A: 好的，我帮您记录", "表扬", "", ""),
    # turned round
    ("C: 我不要退款，我就要求给我修好 | A: 不要退款，要修好，是吧 | C: 对", "投诉", "要求退款", "appeal_inverted"),
    ("C: 我不是要赔偿，我就要他道个歉 | A: 要求道歉对吗 | C: 对", "投诉", "要求赔偿", "appeal_inverted"),
    ("C: 树不要砍，修剪一下就行 | A: 修剪，不要砍 | C: 对", "求助", "要求砍除树木", "appeal_inverted"),
    ("C: 我要求退款 | A: 退款是吧 | C: 对", "投诉", "不要求退款", "appeal_inverted"),
    ("C: 希望保留这个车站 | A: 您希望保留车站", "建议", "要求取消车站", "appeal_inverted"),
    ("C: 希望延长开放时间 | A: 延长时间对吧", "建议", "建议缩短开放时间", "appeal_inverted"),
    ("C: 我不同意拆，我要求保留 | A: 您不同意拆除，要求保留", "求助", "要求拆除", "appeal_inverted"),
    # what the agent puts up for choice is nobody's wish
    ("C: 这班车不要取消 | A: 您要建议取消还是保留 | C: 保留呀", "建议", "建议取消末班车", "appeal_inverted"),
    ("C: 树不要砍 | A: 是砍掉还是修剪 | C: 修剪呀", "求助", "要求砍掉大树", "appeal_inverted"),
    ("C: 我不要退款 | A: 您要退款还是换货 | C: 换一个新的", "投诉", "要求退款", "appeal_inverted"),
    ("C: 希望延长开放时间 | A: 延长还是缩短 | C: 延长", "建议", "建议缩短开放时间", "appeal_inverted"),
    ("C: 我要退款 | A: 您要退款还是换货 | C: 退款", "投诉", "要求退款", ""),
    ("C: 这班车要保留 | A: 保留还是取消 | C: 保留", "建议", "建议保留末班车", ""),
    ("C: 还是修一下吧，希望快点修 | A: 好的", "求助", "要求尽快维修", ""),
    # something else
    ("C: 我要求退钱 | A: 您要求退款是吧 | C: 对，退钱", "投诉", "要求上门维修热水器", "appeal_differs"),
    # said otherwise
    ("C: 我要求退钱 | A: 您要求退款是吧 | C: 对", "投诉", "退还押金", ""),
    ("C: 赶紧派人来看看吧，弄弄好 | A: 要求维修是吗 | C: 对", "求助", "尽快上门维修", ""),
    ("C: 希望你们管一管 | A: 好的", "投诉", "要求核实处理", ""),
    ("C: 我不要求赔多少，就是赶紧修 | A: 尽快修复", "投诉", "要求尽快修复", ""),
    ("C: 能不能别再吵了 | A: 要求他们停止夜间施工", "投诉", "停止夜间施工", ""),
    ("C: 不要让他们再放喇叭了", "投诉", "禁止使用高音喇叭", ""),
    ("C: 退不退款无所谓，主要是道歉 | A: 要求道歉", "投诉", "要求道歉", ""),
    ("C: 他们不给我退款，我要求退款 | A: 要求退款", "投诉", "要求退款", ""),
    ("C: 路灯一直不亮，什么时候修啊 | A: 好的，为您登记维修", "求助", "修复路灯", ""),
    ("C: 房子漏水他们不来修 | A: 您希望物业尽快维修对吗 | C: 对", "投诉", "督促物业维修", ""),
    ("C: 我不想再等了，赶紧给我退款 | A: 退款", "投诉", "立即退款", ""),
    ("C: 要把违建拆掉 | A: 您要求拆除", "举报", "拆除违法搭建", ""),
    ("C: 不要罚款，我车就停了五分钟 | A: 您要求撤销罚单", "投诉", "撤销罚单", ""),
]


@pytest.mark.parametrize(("script", "request_type", "appeal", "reason"), APPEAL_CASES)
def test_appeal(script: str, request_type: str, appeal: str, reason: str) -> None:
    ticket = Ticket(request_type=request_type, summary="市民来电反映", appeal=appeal)
    finding = checks()["content_consistency"](call(f"A: 您好，请讲 | {script}", ticket=ticket))
    assert (finding.verdict.value, finding.reason if reason else "") == ("violated" if reason else "met", reason), (
        finding
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("C: 我要求他们来修 (confidence 0.3)", "unsure"),
        ("C: 我要求他们来修 (confidence 0.95)", "violated"),
        ("C: 我要求他们来修 (confidence 0.3) | A: 您要求他们来修 (confidence 0.3)", "violated"),
        ("C: 我把那个门关上了 (confidence 0.3)", "met"),
        ("C: 我把那个门关上了", "met"),
        ("C: 那我需要带身份证", "unsure"),
        ("C: 需要他们来修", "violated"),
    ],
)
def test_an_appeal_is_missing_for_sure_only_where_it_was_heard(script: str, expected: str) -> None:
    ticket = Ticket(request_type="投诉", summary="市民来电反映", appeal="")
    conversation = call(f"A: 您好，请讲 | {script}", ticket=ticket)
    assert checks()["content_consistency"](conversation).verdict.value == expected


def test_without_a_ticket_there_is_nothing_to_compare() -> None:
    assert checks()["content_consistency"](call("A: 您好 | C: 你好")).reason == "no_ticket"


def test_every_field_that_differs_counts() -> None:
    script = f"{HOME} | {PHONE} | A: 幺三七二二零四五五八幺对吧 | C: 对"
    finding = compare(script, contact_phone="13722045587", location="银桂路320弄28号402室")
    assert finding.value == 2


def test_a_ticket_that_sends_somebody_to_a_caller_who_withdraws() -> None:
    script = "C: 修好了，我要撤销那张单子，别再叫人上门了 | A: 您要求撤销投诉，不用再派人上门，对吗 | C: 对的"
    ticket = Ticket(request_type="其他", appeal="要求继续上门修复宽带")
    assert checks()["content_consistency"](call(script, ticket=ticket)).reason == "appeal_inverted"


@pytest.mark.parametrize(
    ("script", "fields"),
    [
        # a full-width comma groups no thousands: the bus is 231
        ("C: 早上七点二十，二三一路公交没停", {"summary": "今天早上7:20，231路公交未停靠"}),
        ("C: 月供四千三 | A: 你这个我并一块儿往上报", {"summary": "月供4300元"}),
        ("C: 我们六个人关在电梯里了", {"summary": "来电人与另外5人被困电梯"}),
        (
            "C: 洋唐居住区，第三期，十六栋，十六栋一一零五 | A: 洋唐居住区三期十六栋一一零五",
            {"location": "洋唐居住区三期16栋1105"},
        ),
        ("C: 七八九三个月没发，八月他给过我三千", {"event_time": "7月至9月"}),
        ("C: 我想了解一下，一楼不同意也能装吗", {"appeal": "了解加装电梯同意比例"}),
        ("A: 可以不公开姓名 | C: 好，要查处他们", {"appeal": "要求查处，对举报人保密"}),
        ("A: 您贵姓 | C: 乌鸦的乌加耳朵旁，口天吴加个耳朵旁那种", {"contact_name": "邬先生"}),
        ("C: 我爸住院，叫计德顺 | A: 您叫什么 | C: 他女儿，计晓雯", {"contact_name": "计晓雯"}),
    ],
)
def test_what_is_no_other_fact(script: str, fields: dict[str, str]) -> None:
    assert compare(script, **fields).verdict.value == "met"


@pytest.mark.parametrize(
    ("script", "fields", "reason"),
    [
        ("C: 二三一路公交没停 | A: 二三一路", {"summary": "今天早上7:20，213路公交未停靠"}, "amount_differs"),
        ("C: 十一月的事 | A: 十一月", {"event_time": "7月至9月"}, "time_differs"),
        ("A: 请公开账目，对吗 | C: 对，要求公开账目", {"appeal": "要求保密"}, "appeal_inverted"),
    ],
)
def test_what_is_another_fact_still(script: str, fields: dict[str, str], reason: str) -> None:
    assert compare(script, **fields).reason == reason
