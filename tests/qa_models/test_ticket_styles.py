"""Whole tickets against calls in many styles of speech: dialect words, detours, read-backs in one go.

The calls begin on Monday, 2 November 2026.
"""

import pytest
from dummies import call
from judge import checks

from callqa.types import Ticket

LAMP = (
    "A: 您好，市民服务热线，请讲 | C: 喂，同志啊，我们这里路灯坏掉好几盏了，晚上黑漆漆的 | A: 在什么位置呢 "
    "| C: 就是松柏镇，红枫路，靠近那个，白鹭公园后门 | A: 红枫路近白鹭公园后门，坏了几盏 | C: 三盏，"
    "一盏在一闪一闪 | A: 从什么时候开始的 "
    "| C: 大概上个礼拜五晚上 | A: 您贵姓，电话多少 | C: 姓贾，幺五零，三三六六，二幺零九 |"
    " A: 幺五零三三六六二幺零九，贾先生，诉求就是尽快修好是吧 "
    "| C: 对对对，麻烦快一点"
)
LAMP_TICKET = {
    "summary": "红枫路三盏路灯损坏",
    "location": "松柏镇红枫路近白鹭公园后门",
    "contact_name": "贾先生",
    "contact_phone": "15033662109",
    "event_time": "上周五晚",
    "appeal": "尽快修复路灯",
}
GYM = (
    "A: 工号三零二八，请问有什么可以帮您 | C: 我办了张健身卡，四千二百块，才去了五次，他们门就关了 |"
    " A: 店名和地址您说一下 "
    "| C: 叫飞跃健身，在云杉路一百零八号，三楼 | A: 云杉路幺零八号三楼飞跃健身 | C: 对 | A: 什么时候发现关门的 |"
    " C: 十月十八号，那天我去，门上贴了张纸 "
    "| A: 您希望怎么处理 | C: 退钱呀，卡里还有三千五 | A: 退还卡内余额三千五百元，您怎么称呼 | C: 我叫史云帆，历史的史 "
    "| A: 史女士，就打您现在这个电话可以吗 | C: 可以"
)
GYM_TICKET = {
    "summary": "飞跃健身办卡4200元，去过5次后关门",
    "location": "云杉路108号3楼飞跃健身",
    "contact_name": "史云帆",
    "contact_phone": "18930405060",
    "event_time": "10月18日发现关门",
    "appeal": "退还卡内余额3500元",
}
NOISE = (
    "A: 市民热线，您请说 | C: 哎哟我跟你讲，楼上那家装修，早上六点就开始敲，吵得要死 | A: 您住在哪里 |"
    " C: 竹园三村，五十二号，六零幺 | A: 吵您的是哪一户 "
    "| C: 七零幺呀，就我们楼上 | A: 竹园三村五十二号七零幺室，是吧 | C: 嗯 | A: 哪天开始的 | C: 前天，昨天也敲，"
    "今天早上又来了 | A: 联系方式留一下 "
    "| C: 我电话啊，幺八九，幺幺四七，九九零三 | A: 幺八九，幺幺四七，九九三零 | C: 不对，九九零三，零三 |"
    " A: 哦九九零三，您怎么称呼 | C: 叫我老葛好了 "
    "| A: 葛先生，您要求他们按规定时间施工，对吗 | C: 我也不是不让他装修，就是不要这么早"
)
NOISE_TICKET = {
    "summary": "楼上701室装修早上6点开始施工扰民",
    "location": "竹园三村52号701室",
    "contact_name": "葛先生",
    "contact_phone": "18911479903",
    "event_time": "前天起每天早上6点",
    "appeal": "要求按规定时间施工",
}
TREE = (
    "A: 您好 | C: 你好，我门前一棵大树，台风以后歪了，我就怕它倒下来 | A: 地址 | C: 鹿港镇，新桥村八组，二十三号 |"
    " A: 您希望把树砍掉吗 "
    "| C: 不要砍不要砍，几十年的树了，找人扶正，拿桩子撑一下就好 | A: 好的，扶正加固，不砍，联系您打哪个电话 |"
    " C: 六八四四，五零九幺 | A: 六八四四五零九幺，您姓什么 "
    "| C: 姓郝，赤耳郝 | A: 郝阿姨"
)
TREE_TICKET = {
    "summary": "台风后大树倾斜",
    "location": "鹿港镇新桥村8组23号",
    "contact_name": "郝阿姨",
    "contact_phone": "68445091",
    "event_time": "台风后",
    "appeal": "扶正加固树木",
}
BUS = (
    "A: 请讲 | C: 我想提个建议啊，七九三路公交车能不能延长到晚上十点半，现在八点半就没车了 | A: 您在哪个站乘车 |"
    " C: 兰草路水杉路站 "
    "| A: 建议七九三路末班车从二十点三十分延长到二十二点三十分，对吧 | C: 对的 | A: 怎么称呼，电话 | C: 姓陶，"
    "幺三三，四四五五，幺二幺二"
)
BUS_TICKET = {
    "summary": "建议793路公交末班车延长至22:30",
    "location": "兰草路水杉路站",
    "contact_name": "陶女士",
    "contact_phone": "13344551212",
    "event_time": "",
    "appeal": "延长793路末班车时间",
}
WAGES = (
    "A: 您好 | C: 我在工地上做木工的，老板姓雷，欠我两个月工资，一共一万六千四 | A: 工地在哪儿，什么时候做的 |"
    " C: 在银杏大道，金帆广场那个工地，七月份八月份做的 "
    "| A: 您的名字和电话 | C: 任大勇，幺七七，零六零六，三八三八 | A: 跟您核对一下，任大勇，"
    "幺七七零六零六三八三八，银杏大道金帆广场工地，七八两个月工资一万六千四百元，要求支付 "
    "| C: 对的对的，赶紧发给我"
)
WAGES_TICKET = {
    "summary": "金帆广场工地雷老板拖欠木工2个月工资16400元",
    "location": "银杏大道金帆广场工地",
    "contact_name": "任大勇",
    "contact_phone": "17706063838",
    "event_time": "今年7月、8月",
    "appeal": "要求支付拖欠的工资",
}
CALLS = {
    "lamp": (LAMP, LAMP_TICKET, "求助"),
    "gym": (GYM, GYM_TICKET, "投诉"),
    "noise": (NOISE, NOISE_TICKET, "投诉"),
    "tree": (TREE, TREE_TICKET, "求助"),
    "bus": (BUS, BUS_TICKET, "建议"),
    "wages": (WAGES, WAGES_TICKET, "投诉"),
}

AGREE: list[tuple[str, dict[str, str]]] = [(name, {}) for name in CALLS] + [
    ("lamp", {"location": "青浦区松柏镇红枫路（白鹭公园后门附近）"}),
    ("lamp", {"event_time": "10月30日晚"}),
    ("lamp", {"contact_name": "贾女士", "summary": "红枫路多盏路灯不亮，夜间漆黑"}),
    ("lamp", {"appeal": "要求有关部门及时检修"}),
    ("lamp", {"event_time": ""}),
    ("gym", {"appeal": "退费"}),
    ("gym", {"contact_name": "史女士", "event_time": "上月18日"}),
    ("gym", {"summary": "健身房关门，卡费4200元，余额3500元"}),
    ("gym", {"location": "云杉路108号"}),
    ("noise", {"location": "竹园三村52号701室（投诉人住601室）"}),
    ("noise", {"event_time": "10月31日起，早上六点左右"}),
    ("noise", {"appeal": "限制装修施工时间"}),
    ("tree", {"appeal": "请派人对树木进行扶正支撑"}),
    ("tree", {"contact_phone": "021-68445091"}),
    ("bus", {"appeal": "末班车延至22:30"}),
    ("wages", {"summary": "雷老板拖欠工资1.64万元"}),
    ("wages", {"event_time": "7月至8月"}),
]
DIFFER: list[tuple[str, dict[str, str], str]] = [
    ("lamp", {"contact_phone": "15033662190"}, "phone_differs"),
    ("lamp", {"contact_phone": "15036362109"}, "phone_differs"),
    ("lamp", {"location": "松柏镇红柳路近白鹭公园后门"}, "place_differs"),
    ("lamp", {"event_time": "上周二晚"}, "time_differs"),
    ("lamp", {"appeal": ""}, "appeal_missing"),
    ("lamp", {"summary": "红枫路五盏路灯损坏"}, "amount_differs"),
    ("gym", {"summary": "飞跃健身办卡2400元，去过5次后关门"}, "amount_differs"),
    ("gym", {"location": "云杉路180号3楼飞跃健身"}, "house_number_differs"),
    ("gym", {"contact_name": "石大伟"}, "name_differs"),
    ("gym", {"event_time": "10月8日发现关门"}, "time_differs"),
    ("gym", {"appeal": "退还卡内余额5300元"}, "amount_differs"),
    ("noise", {"contact_phone": "18911479930"}, "phone_differs"),
    ("noise", {"location": "竹园三村25号701室"}, "house_number_differs"),
    ("noise", {"location": "竹园二村52号701室"}, "place_differs"),
    ("noise", {"contact_name": "郭先生"}, "name_differs"),
    ("tree", {"appeal": "要求砍除该树"}, "appeal_inverted"),
    ("tree", {"location": "鹿港镇新桥村6组23号"}, "house_number_differs"),
    ("bus", {"summary": "建议739路公交末班车延长至22:30", "appeal": "延长末班车时间"}, "amount_differs"),
    ("bus", {"location": "兰草路云杉路站"}, "place_differs"),
    ("wages", {"summary": "金帆广场工地拖欠木工2个月工资14600元"}, "amount_differs"),
    ("wages", {"contact_name": "任小军"}, "name_differs"),
]


def judged(name: str, changed: dict[str, str]) -> tuple[str, str]:
    script, ticket, request_type = CALLS[name]
    filed = Ticket(request_type=request_type, **(ticket | changed))  # type: ignore[arg-type]
    finding = checks()["content_consistency"](call(script, ticket=filed))
    return finding.verdict.value, finding.reason


@pytest.mark.parametrize(("name", "changed"), AGREE)
def test_a_ticket_in_other_words_agrees(name: str, changed: dict[str, str]) -> None:
    assert judged(name, changed) == ("met", "facts_agree")


@pytest.mark.parametrize(("name", "changed", "reason"), DIFFER)
def test_one_wrong_field_is_found(name: str, changed: dict[str, str], reason: str) -> None:
    assert judged(name, changed) == ("violated", reason)


MORE_FACTS: list[tuple[str, dict[str, str], str]] = [
    (
        "A: 电话多少 | C: 手机幺八二，零零幺七，六六零四，家里还有一个，五零八八三三二幺 |"
        " A: 记幺八二零零幺七六六零四吧 | C: 好",
        {"contact_phone": "18200176604"},
        "met",
    ),
    (
        "A: 电话多少 | C: 手机幺八二，零零幺七，六六零四，家里还有一个，五零八八三三二幺 |"
        " A: 记幺八二零零幺七六六零四吧 | C: 好",
        {"contact_phone": "50883321"},
        "met",
    ),
    (
        "A: 电话多少 | C: 手机幺八二，零零幺七，六六零四，家里还有一个，五零八八三三二幺 |"
        " A: 记幺八二零零幺七六六零四吧 | C: 好",
        {"contact_phone": "18200176640"},
        "violated",
    ),
    ("A: 地址 | C: 青竹路十二号，哦十三号 | A: 青竹路十三号", {"location": "青竹路13号"}, "met"),
    ("A: 是青竹路吗 | C: 不是，是青竹东路 | A: 好的青竹东路", {"location": "青竹东路"}, "met"),
    ("A: 是青竹路吗 | C: 不是，是青松路 | A: 好的青松路", {"location": "青竹路"}, "violated"),
    (
        "A: 在哪里 | C: 我们碧湖家园，二号楼三单元五零一 | A: 碧湖家园二号楼三单元五零一",
        {"location": "碧湖家园2号楼3单元501室"},
        "met",
    ),
    (
        "A: 在哪里 | C: 我们碧湖家园，二号楼三单元五零一 | A: 碧湖家园二号楼三单元五零一",
        {"location": "碧湖家园3号楼2单元501室"},
        "violated",
    ),
    ("A: 在哪里 | C: 二零幺弄四十四号 | A: 二零幺弄四十四号", {"location": "海桐路201弄44号"}, "met"),
    ("A: 在哪里 | C: 隔壁五零二一直吵，我住五零幺 | A: 五零二室噪音", {"location": "502室"}, "met"),
    ("C: 大前天下午三四点钟", {"event_time": "10月30日15时许"}, "met"),
    ("C: 上上个礼拜天", {"event_time": "10月18日"}, "violated"),
    ("C: 上上个礼拜天", {"event_time": "10月25日"}, "met"),
    ("C: 二十七号那天晚上九点到十一点半", {"event_time": "10月27日21:00-23:30"}, "met"),
    ("C: 上个月底吧", {"event_time": "10月底"}, "met"),
    ("C: 大概半个月前", {"event_time": "10月中旬"}, "met"),
    ("C: 涨了百分之三十 | A: 百分之三十", {"summary": "物业费上涨30%"}, "met"),
    ("C: 涨了百分之三十 | A: 百分之三十", {"summary": "物业费上涨13%"}, "violated"),
    ("C: 五六千块钱", {"summary": "损失约5000余元"}, "met"),
    ("C: 一千出头", {"summary": "费用1000余元"}, "met"),
    ("C: 一共两万八千六", {"summary": "合同金额28600元"}, "met"),
    ("C: 一共两万八千六 | A: 两万八千六百元", {"summary": "合同金额26800元"}, "violated"),
    ("C: 这个六号线的站口电梯坏了两个礼拜了", {"summary": "6号线站口电梯故障2周"}, "met"),
    ("C: 噪音从早到晚", {"summary": "24小时噪音扰民，要求15个工作日内答复"}, "met"),
    ("C: 他家养了五只狗，咬了三个人 | A: 五只狗咬伤三人", {"summary": "养狗5只，咬伤3人"}, "met"),
    ("C: 他家养了五只狗，咬了三个人 | A: 五只狗咬伤三人", {"summary": "养狗5只，咬伤2人"}, "violated"),
    ("C: 我们帮妈妈问的，她姓李，我姓谢 | A: 谢女士", {"contact_name": "谢女士"}, "met"),
    ("C: 我免贵姓诸葛 | A: 诸葛先生", {"contact_name": "诸葛先生"}, "met"),
    ("C: 我姓于，干勾于 | A: 于女士", {"contact_name": "余女士"}, "violated"),
    ("C: 我叫谢雨桐，谢谢的谢，下雨的雨，梧桐的桐 | A: 谢雨桐", {"contact_name": "谢雨桐"}, "met"),
    ("C: 我叫谢雨桐，谢谢的谢，下雨的雨，梧桐的桐 | A: 谢雨桐", {"contact_name": "谢语彤"}, "met"),
    ("C: 在第二人民医院门口 | A: 第二人民医院门口", {"location": "第二人民医院门口"}, "met"),
    ("C: 在第二人民医院门口 | A: 第二人民医院门口", {"location": "第三人民医院门口"}, "violated"),
    ("C: 就是那个家乐超市 | A: 家乐超市", {"location": "浦东新区花溪路家乐超市"}, "met"),
    ("C: 紫薇路靠近茶花路 | A: 紫薇路近茶花路", {"location": "紫薇路、茶花路交叉口"}, "met"),
    ("C: 紫薇路靠近茶花路 | A: 紫薇路近茶花路", {"location": "紫藤路、茶花路交叉口"}, "violated"),
]


MORE_APPEALS: list[tuple[str, str, str]] = [
    ("C: 我不要他们赔钱，就是要给我换一台新的 | A: 更换新机，不要求赔偿，对吧 | C: 对", "要求更换新机", "met"),
    ("C: 我不要他们赔钱，就是要给我换一台新的 | A: 更换新机，不要求赔偿，对吧 | C: 对", "要求赔偿", "violated"),
    ("C: 先不要罚他，让他把东西搬走就行 | A: 不处罚，清理楼道，对吧", "要求处罚当事人", "violated"),
    ("C: 我想撤销之前那张单子，问题已经解决了 | A: 帮您撤单", "撤销工单", "met"),
    ("C: 我想撤销之前那张单子，问题已经解决了 | A: 帮您撤单", "继续督办工单", "met"),
    ("C: 我要举报他们黑心，把它关了 | A: 您要求查处", "要求依法查处", "met"),
    ("C: 能不能给我们装个红绿灯 | A: 建议安装红绿灯", "建议增设交通信号灯", "met"),
    ("C: 不要装这个垃圾房，装在我家门口臭死了 | A: 您反对建垃圾房", "要求在门口安装垃圾房", "violated"),
    ("C: 这个垃圾房要拆掉 | A: 要求拆除", "反对拆除垃圾房", "violated"),
    ("C: 我要求恢复供水 | A: 尽快恢复供水", "尽快恢复供水", "met"),
    ("C: 停车费太贵了，降一点 | A: 您建议降低收费", "要求提高停车收费", "violated"),
    ("C: 不是要退货，是要他们来修 | A: 上门维修", "上门维修", "met"),
    ("C: 不是要退货，是要他们来修 | A: 上门维修", "退货", "violated"),
    ("C: 公司说要赔我，我不要赔，我要上班 | A: 恢复工作，对吧", "要求恢复岗位", "met"),
    ("C: 他们说不退，我就是要退 | A: 要求退款", "退还定金", "met"),
    ("C: 让他们公开账目 | A: 公开账目", "公开账目", "met"),
    ("C: 我姓名要保密 | A: 会为您保密，您的诉求是查处", "查处，为举报人保密", "met"),
    ("C: 不要修了，直接退款 | A: 退款", "要求维修", "violated"),
    ("C: 修不修都行，退款最好 | A: 退款", "退款", "met"),
]


@pytest.mark.parametrize(("script", "fields", "expected"), MORE_FACTS)
def test_facts_said_in_other_ways(script: str, fields: dict[str, str], expected: str) -> None:
    ticket = Ticket(request_type="投诉", appeal="要求尽快维修", **fields)  # type: ignore[arg-type]
    asked = "A: 您的诉求是什么 | C: 我要求他们尽快修好 | A: 好的，我为您登记"
    finding = checks()["content_consistency"](call(f"A: 您好 | {script} | {asked}", ticket=ticket))
    assert finding.verdict.value == expected, finding


@pytest.mark.parametrize(("script", "appeal", "expected"), MORE_APPEALS)
def test_appeals_said_in_other_ways(script: str, appeal: str, expected: str) -> None:
    ticket = Ticket(request_type="投诉", summary="市民来电", appeal=appeal)
    finding = checks()["content_consistency"](call(f"A: 您好，请讲 | {script}", ticket=ticket))
    assert finding.verdict.value == expected, finding
