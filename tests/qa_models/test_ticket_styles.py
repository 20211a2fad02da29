"""Whole tickets against calls in many styles of speech: dialect words, detours, callers in a hurry, read-backs in one go.

The calls begin on Monday, 2 November 2026.
"""

import pytest
from dummies import call
from judge import checks

from callqa.types import Ticket

LAMP = (
    "A: 您好，市民服务热线，请讲 | C: 喂，同志啊，我们这里路灯坏掉好几盏了，晚上黑漆漆的 | A: 在什么位置呢 "
    "| C: 就是松柏镇，红枫路，靠近那个，白鹭公园后门 | A: 红枫路近白鹭公园后门，坏了几盏 | C: 三盏，一盏在一闪一闪 | A: 从什么时候开始的 "
    "| C: 大概上个礼拜五晚上 | A: 您贵姓，电话多少 | C: 姓贾，幺五零，三三六六，二幺零九 | A: 幺五零三三六六二幺零九，贾先生，诉求就是尽快修好是吧 "
    "| C: 对对对，麻烦快一点"
)
LAMP_TICKET = {
    "summary": "红枫路三盏路灯损坏", "location": "松柏镇红枫路近白鹭公园后门", "contact_name": "贾先生", "contact_phone": "15033662109",
    "event_time": "上周五晚", "appeal": "尽快修复路灯",
}  # fmt: skip
GYM = (
    "A: 工号三零二八，请问有什么可以帮您 | C: 我办了张健身卡，四千二百块，才去了五次，他们门就关了 | A: 店名和地址您说一下 "
    "| C: 叫飞跃健身，在云杉路一百零八号，三楼 | A: 云杉路幺零八号三楼飞跃健身 | C: 对 | A: 什么时候发现关门的 | C: 十月十八号，那天我去，门上贴了张纸 "
    "| A: 您希望怎么处理 | C: 退钱呀，卡里还有三千五 | A: 退还卡内余额三千五百元，您怎么称呼 | C: 我叫史云帆，历史的史 "
    "| A: 史女士，就打您现在这个电话可以吗 | C: 可以"
)
GYM_TICKET = {
    "summary": "飞跃健身办卡4200元，去过5次后关门", "location": "云杉路108号3楼飞跃健身", "contact_name": "史云帆", "contact_phone": "18930405060",
    "event_time": "10月18日发现关门", "appeal": "退还卡内余额3500元",
}  # fmt: skip
NOISE = (
    "A: 市民热线，您请说 | C: 哎哟我跟你讲，楼上那家装修，早上六点就开始敲，吵得要死 | A: 您住在哪里 | C: 竹园三村，五十二号，六零幺 | A: 吵您的是哪一户 "
    "| C: 七零幺呀，就我们楼上 | A: 竹园三村五十二号七零幺室，是吧 | C: 嗯 | A: 哪天开始的 | C: 前天，昨天也敲，今天早上又来了 | A: 联系方式留一下 "
    "| C: 我电话啊，幺八九，幺幺四七，九九零三 | A: 幺八九，幺幺四七，九九三零 | C: 不对，九九零三，零三 | A: 哦九九零三，您怎么称呼 | C: 叫我老葛好了 "
    "| A: 葛先生，您要求他们按规定时间施工，对吗 | C: 我也不是不让他装修，就是不要这么早"
)
NOISE_TICKET = {
    "summary": "楼上701室装修早上6点开始施工扰民", "location": "竹园三村52号701室", "contact_name": "葛先生", "contact_phone": "18911479903",
    "event_time": "前天起每天早上6点", "appeal": "要求按规定时间施工",
}  # fmt: skip
TREE = (
    "A: 您好 | C: 你好，我门前一棵大树，台风以后歪了，我就怕它倒下来 | A: 地址 | C: 鹿港镇，新桥村八组，二十三号 | A: 您希望把树砍掉吗 "
    "| C: 不要砍不要砍，几十年的树了，找人扶正，拿桩子撑一下就好 | A: 好的，扶正加固，不砍，联系您打哪个电话 | C: 六八四四，五零九幺 | A: 六八四四五零九幺，您姓什么 "
    "| C: 姓郝，赤耳郝 | A: 郝阿姨"
)
TREE_TICKET = {
    "summary": "台风后大树倾斜", "location": "鹿港镇新桥村8组23号", "contact_name": "郝阿姨", "contact_phone": "68445091", "event_time": "台风后",
    "appeal": "扶正加固树木",
}  # fmt: skip
BUS = (
    "A: 请讲 | C: 我想提个建议啊，七九三路公交车能不能延长到晚上十点半，现在八点半就没车了 | A: 您在哪个站乘车 | C: 兰草路水杉路站 "
    "| A: 建议七九三路末班车从二十点三十分延长到二十二点三十分，对吧 | C: 对的 | A: 怎么称呼，电话 | C: 姓陶，幺三三，四四五五，幺二幺二"
)
BUS_TICKET = {
    "summary": "建议793路公交末班车延长至22:30", "location": "兰草路水杉路站", "contact_name": "陶女士", "contact_phone": "13344551212",
    "event_time": "", "appeal": "延长793路末班车时间",
}  # fmt: skip
WAGES = (
    "A: 您好 | C: 我在工地上做木工的，老板姓雷，欠我两个月工资，一共一万六千四 | A: 工地在哪儿，什么时候做的 | C: 在银杏大道，金帆广场那个工地，七月份八月份做的 "
    "| A: 您的名字和电话 | C: 任大勇，幺七七，零六零六，三八三八 | A: 跟您核对一下，任大勇，幺七七零六零六三八三八，银杏大道金帆广场工地，七八两个月工资一万六千四百元，要求支付 "
    "| C: 对的对的，赶紧发给我"
)
WAGES_TICKET = {
    "summary": "金帆广场工地雷老板拖欠木工2个月工资16400元", "location": "银杏大道金帆广场工地", "contact_name": "任大勇",
    "contact_phone": "17706063838", "event_time": "今年7月、8月", "appeal": "要求支付拖欠的工资",
}  # fmt: skip
CALLS = {
    "lamp": (LAMP, LAMP_TICKET, "求助"), "gym": (GYM, GYM_TICKET, "投诉"), "noise": (NOISE, NOISE_TICKET, "投诉"),
    "tree": (TREE, TREE_TICKET, "求助"), "bus": (BUS, BUS_TICKET, "建议"), "wages": (WAGES, WAGES_TICKET, "投诉"),
}  # fmt: skip

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
