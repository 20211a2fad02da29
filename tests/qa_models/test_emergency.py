"""Danger to life, crime and fire: the agent names or connects 110, 119 or 120 at once."""

import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八，请问有什么可以帮您？ | "
DANGERS = [
    "快点，我家厨房着火了，烟好大，我出不去了",
    "楼上有个男的拿着刀在追人，好多人在喊救命",
    "我老公在打我，我把自己锁在厕所里了，他在砸门",
    "有个老太太倒在菜场门口，怎么叫都没反应",
    "楼道里煤气味很大，我头都晕了",
    # said plainly
    "他拿酒瓶往人头上砸，快点来人啊",
    "有个小孩掉到阴沟里了，水很深",
    "老伯从坡上滑到河里去了，大家在捞",
    "前男友在外面砸门，说要弄死我",
    "我妈昏过去了，拍她没反应",
    "人没反应了，怎么办",
    "她把农药喝下去了，喝了农药了呀",
    "孩子关在电梯里半个小时了",
    "老人一个人关在里面，叫他不应",
    "电线断了掉在路上，还在冒火",
    "有人正在打我老公，头上都是血",
    "我老公气得昏过去了",
    "我老公心梗了，脸色发白，说胸口疼得厉害",
    "我孩子误吞了纽扣电池，现在一直哭",
    "我家煤气灶漏气了，嘶嘶响，味道很大",
]


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("请您马上打119，先到楼下安全的地方。", "met"),
        ("您先别急，我帮您转接110，请不要挂机。", "met"),
        ("我这边同时叫救护车，请您让开通道。", "met"),
        ("好的，请问您的地址在哪里？ | C: 浦东大道 | A: 请问贵姓？ | C: 姓李 | A: 登记好了", "violated"),
    ],
)
def test_danger(danger: str, answer: str, expected: str) -> None:
    assert verdict("emergency_guidance", f"{HEAD}C: {danger} | A: {answer} | C: 好") == expected


def test_a_caller_who_has_called_already_needs_no_guidance() -> None:
    script = f"{HEAD}C: 隔壁着火了，火很大 | A: 您的位置在哪里？ | C: 浦东大道，已经打了119了 | A: 好的 | C: 嗯"
    assert verdict("emergency_guidance", script) == "met"


@pytest.mark.parametrize(
    "words",
    [
        "昨天我们小区电梯里困在里面的人已经救出来了，我想问问物业怎么处理",
        "飞线充电这么多，我担心哪天着火了怎么办",
        "我要投诉物业，楼道里堆满了东西，消防通道都堵住了",
        "上个月我们这栋楼着过一次火，后来灭了，现在想问问赔偿的事",
        "楼下广场舞吵死人了，我心脏都要吵出病来了",
        "我想咨询一下煤气费怎么交",
        "路灯坏了两个礼拜了，晚上回家看不见路",
        # figures of speech, of things, of no answer
        "楼上天天跳绳，吵得我真的要跳楼了，你们管管",
        "我要跳楼了，气话啊，你们帮我催一催",
        "热得我都快晕过去了，空调什么时候修",
        "我急得都要着火了，快递到现在没来",
        "打了四次电话物业都没反应",
        "反映上去三个礼拜了，一点反应也没有",
        "那个推销的一直在打我电话，烦得不得了",
        "我这两天不想活动，就想请人上门办卡",
        "我手机掉到河里了，那边没有护栏，建议装一个",
        "我的押金还压在里面，车子也关在里面拿不出来",
        "他火很大，讲话冲得很，我要投诉他",
        "我想问一下遗书要不要公证",
        "救命啊，这个网站我登了十遍都登不上去",
        "我爸去年中风了，想问问长护险怎么申请",
        "煤气表读数不对，多收我钱",
        "轮胎漏气了，修车店乱收费",
        "电梯老是坏，上个月还关过人",
        "医院急救室排队太久，我要投诉",
        "前天我被关在电梯里四十分钟，后来出来了，我要投诉物业",
        "栏杆断了一截，人靠上去要掉河里的，快修",
    ],
)
def test_no_danger(words: str) -> None:
    finding = judge(
        "emergency_guidance", f"{HEAD}C: {words} | A: 好的，请问在哪里？ | C: 浦东大道 | A: 登记好了 | C: 好"
    )
    assert (finding.verdict.value, finding.reason) == ("not_applicable", "no_emergency")
