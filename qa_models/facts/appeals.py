"""The citizen's appeal, and the ticket's compared with it: left out, turned round, another one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from callqa.types import FieldMismatch, Turn
from qa_models.facts.cues import answer_to, denies
from qa_models.facts.mismatch import Place, established, shown

FIELD = "appeal"
TO_KNOW = re.compile("(?:请求|希望|想要?|要求)?(?:了解|咨询|询问|查询|打听)")
"""How an appeal begins that wants to know something, and nothing done."""
ACTIONS = {
    "refund": (
        "退款|退钱|退费|退还|返还|退回|退押金|退定金|退订金|退卡|退货|退给|[把钱][^，。]{0,4}退|退了?钱|退掉|退学费|退(?=[保票订课卡房]|会员)|"
        "退(?=[一-龥]{0,3}元)"
    ),
    "repair": (
        "维修|修复|修理|修好|抢修|检修|修一[下修]|来修|去修|修缮|修补|(?<![装翻改进整])修(?![改剪正养行])|弄好|补好"
    ),
    "compensate": "赔偿|赔(?!礼)|补偿|理赔",
    "apologise": "道歉|赔礼|道个歉|说[声个]?对不起",
    "demolish": "拆除|拆掉|拆了|(?<!不)拆(?!迁|开|分|散)",
    "keep": "保留|留着|留下来|不拆|不撤",
    "stop": "停止|制止|禁止|停工|停业|停掉|叫停",
    "cancel": "撤销|取消|撤回|撤单|注销|撤掉|销单",
    "prune": "修剪|剪[一掉枝短]|修枝",
    "fell": "砍|锯掉|锯了|移除|移走|(?<=[采砍滥乱])伐|伐(?=[树木掉])",
    "visit": "上门|派人|来人|叫人",
    "clean": "清理|清运|清除|打扫|清扫|清洗|疏通",
    "install": "安装|加装|增设|设置|配备|(?<![改假服包西])装(?![修作满饰备置])|增加一",
    "extend": "延长|加长|延后|推迟|放宽",
    "shorten": "缩短|减少时间|提前结束",
    "increase": "提高|增加(?!一)|增多|加大|调高|上调",
    "reduce": "降[低一价费点]|减少|减小|减免|调低|下调|调小",
    "publish": "(?<!不)(?<!不要)公开|公示|公布",
    "secret": "保密|不公开|不要公开",
    "punish": "处罚|罚(?!单|抄)|查处|处分|惩处|惩罚|取缔",
    "replace": "更换|换[一个成新掉]|换货",
    "open": "开放|开通|打开(?!窗)|恢复营业",
    "close": "关闭|关停|关掉|封闭|封掉",
    "restore": "恢复",
    "pay": "支付|发放|补发|结清|付清|发工资|付工资|还款",
    "continue": "继续履行|继续(?:办|用|上课|施工|营业|参加)",
}
OPPOSITES = [
    ("keep", "cancel"),
    ("keep", "demolish"),
    ("visit", "cancel"),
    ("keep", "fell"),
    ("extend", "shorten"),
    ("increase", "reduce"),
    ("publish", "secret"),
    ("open", "close"),
    ("prune", "fell"),
    ("restore", "stop"),
    ("continue", "stop"),
    ("continue", "refund"),
    ("continue", "cancel"),
]
GENERAL = frozenset({"visit", "stop", "punish", "restore", "open", "increase", "reduce"})
"""So wide that another wording proves nothing."""
ACTION = {name: re.compile(words) for name, words in ACTIONS.items()}
ANY_ACTION = re.compile("|".join(ACTIONS.values()))
CLAUSE = re.compile("[^，,。；;？?！!、]+")
REFUSES = re.compile(
    "(?:不要|勿要|弗要|覅|莫要|唔要)(?!让|再|给|等)(?!脸|紧)|不用|不需要|不是(?:要|想|说要|为了|来)|不想|不要求|没(?:有)?要求|不同意|反对|"
    "拒绝|无需|不必|不接受|"
    "不愿|不希望|不求|不(?:准|许|能)(?=[拆砍撤取])|别(?=[给帮]?我?[退拆砍撤修赔换取])|千万[别不]|别再(?=[叫派让来])|也不是|"
    "(?<!要)不(?=[拆砍撤罚]|处罚|追究)"
)
ALTERNATIVE = re.compile("(?P<one>[退修赔拆砍换罚])不(?P=one)")
BY_OTHERS = re.compile(
    "(?:他们?|她们?|物业|店家?|商家|对方|公司|老板|居委|人家|厂家|客服)[^，。]{0,6}(?:说|讲|要|想|非要|就是)"
)
FIRM = (
    "要求|希望|诉求|想要?(?!问|咨询|了解)|能不能|能否|可不可以|应该|应当|请你们?|麻烦你们?|帮我|给我|赶紧|赶快|"
    "尽快|马上|必须|得[给把让]|"
    "麻烦(?!您了|了|您稍|您说)|快一?点|让他们?|叫他们?|要(?=他|她|物业|你们|[退修赔拆换罚查撤])|"
    "什么时候[能才]?|建议|管一?管|处理一?下|查一?[查下]|(?<!要)不要|别再|[请你]把|你们把|最好|要有|要[放把]|"
    "我(?:就|只|还)?要(?!问|咨询|了解|表扬|反映|说|查|投诉|举报|走|上班)"
)
FIRM_WISH = re.compile(FIRM)
WISH = re.compile(f"{FIRM}|需要")
"""需要 may ask for nothing: 需要带什么材料."""
ASKING_ONLY = re.compile("(?:想|要|希望|需要)(?:咨询|问|了解|请教|查询|知道)")


@dataclass(frozen=True, slots=True)
class Wish:
    """An action that somebody asks for, or refuses."""

    action: str
    refused: bool
    place: Place


def wishes(turns: Iterable[Turn]) -> tuple[Wish, ...]:
    """Actions named by both sides; what others want or do (物业说要拆) is no wish."""
    return tuple(wish for turn in turns if not turn.flags for wish in _of(turn))


def _of(turn: Turn) -> Iterator[Wish]:
    for clause in CLAUSE.finditer(turn.text):
        text = ALTERNATIVE.sub(lambda m: "　" * len(m[0]), clause[0])
        if BY_OTHERS.search(text) or _chooses(text):
            continue
        for action, start, end, refused in _actions(text):
            yield Wish(action, refused, Place(turn, clause.start() + min(start, end), clause.end()))


def _chooses(clause: str) -> bool:
    """Whether two actions are put up for choice: 取消还是保留."""
    first, _, other = clause.partition("还是")
    return bool(ANY_ACTION.search(first) and ANY_ACTION.search(other))


def _actions(clause: str) -> Iterator[tuple[str, int, int, bool]]:
    if not ANY_ACTION.search(clause):
        return
    refusal = REFUSES.search(clause)
    for action, words in ACTION.items():
        if match := words.search(clause):
            refused = refusal is not None and refusal.start() <= match.start() <= refusal.end() + REACH
            yield action, refusal.start() if refused and refusal else match.start(), match.end(), refused


REACH = 8  # characters a refusal reaches


def filed_actions(appeal: str) -> dict[str, bool]:
    """The actions of a ticket's appeal, and whether each is refused there."""
    actions: dict[str, bool] = {}
    for clause in CLAUSE.finditer(appeal):
        for action, _, _, refused in _actions(clause[0]):
            actions.setdefault(action, refused)
    return actions


def asked_for(turns: Sequence[Turn]) -> list[Place]:
    """Where the citizen asks for something to be done, or the agent sums it up."""
    places = []
    for turn in turns:
        if turn.flags:
            continue
        for clause in CLAUSE.finditer(turn.text):
            wish = WISH.search(clause[0])
            if not wish or ASKING_ONLY.search(clause[0]):
                continue
            summed_up = turn.role != "citizen" and re.search(
                "诉求就?是|您(?:要求|希望|想要|(?:就|主要)?是?要)|要求", clause[0]
            )
            if turn.role == "citizen" or (summed_up and not re.search("什么|哪些|怎么|吗", clause[0])):
                places.append(Place(turn, *clause.span()))
    return places


def missing_appeal(turns: Sequence[Turn], *, sure: bool) -> list[FieldMismatch]:
    """The ticket's appeal is empty although something was asked for."""
    places = asked_for(turns)
    firm = [place for place in places if FIRM_WISH.search(place.text)]
    clearly_said = established(firm) or any(place.clear for place in firm)
    return (
        [FieldMismatch(FIELD, "appeal_missing", sure and clearly_said, shown((firm or places)[-3:]))] if places else []
    )


def compare_appeal(appeal: str, turns: Sequence[Turn]) -> list[FieldMismatch]:
    """The ticket's appeal with what both sides say is wanted."""
    filed = filed_actions(appeal)
    if not filed or TO_KNOW.match(appeal):
        return []
    wanted = wishes(turns)
    return _inverted(filed, wanted, tuple(turns)) or _other(filed, wanted, tuple(turns), appeal)


def _inverted(filed: dict[str, bool], wanted: Sequence[Wish], turns: tuple[Turn, ...]) -> list[FieldMismatch]:
    citizen = [wish for wish in wanted if wish.place.turn.role != "agent"]
    for action, refused in filed.items():
        against = [w for w in citizen if w.action == action and w.refused is not refused]
        last = max((w.place.turn.index for w in against), default=-1)
        for_it = [w for w in wanted if w.action == action and w.refused is refused and not _rejected(w, turns)]
        if not refused:
            for_it = [
                w for w in for_it if w.place.turn.index > last or (w.place.turn.index == last and _said_as_wish(w))
            ]
        if refused:
            against = [w for w in against if WISH.search(w.place.text) or _wishful(w)]
        opposite = [w for w in wanted if not refused and not w.refused and _opposed(action, w.action) and _wishful(w)]
        against = against or ([] if any(_opposed(action, other) for other in filed) else opposite)
        if against and not for_it:
            places = [w.place for w in against]
            agreed = [w.place for w in wanted if w.place.turn.role == "agent" and _opposes(w, action, refused)]
            return [FieldMismatch(FIELD, "appeal_inverted", established([*places, *agreed]), shown([*places, *agreed]))]
    return []


def _said_as_wish(wish: Wish) -> bool:
    return WISH.search(wish.place.text) is not None


def _opposes(wish: Wish, action: str, refused: bool) -> bool:
    return (wish.action == action and wish.refused is not refused) or (
        not refused and not wish.refused and _opposed(action, wish.action)
    )


def _wishful(wish: Wish) -> bool:
    return WISH.search(wish.place.turn.text) is not None


def _opposed(action: str, other: str) -> bool:
    return (action, other) in OPPOSITES or (other, action) in OPPOSITES


def _rejected(wish: Wish, turns: tuple[Turn, ...]) -> bool:
    """Whether the agent sums something up and the citizen denies it."""
    if wish.place.turn.role != "agent":
        return False
    answer = answer_to(wish.place.turn, turns)
    return answer is not None and denies(answer)


def _other(filed: dict[str, bool], spoken: Sequence[Wish], turns: tuple[Turn, ...], appeal: str) -> list[FieldMismatch]:
    """The ticket asks for something nobody named, and not for what both sides named."""
    specific = set(filed) - GENERAL
    if not specific or specific != set(filed) - {"visit"} or specific & {wish.action for wish in spoken}:
        return []
    citizen = [w for w in spoken if w.place.turn.role != "agent" and not w.refused and w.action not in GENERAL]
    wanted = {w.action for w in citizen if WISH.search(w.place.turn.text)}
    agent = {w.action for w in spoken if w.place.turn.role == "agent" and not w.refused}
    shared = wanted & agent
    if not shared:
        return []
    places = [w.place for w in spoken if w.action in shared]
    return [FieldMismatch(FIELD, "appeal_differs", established(places), shown(places))]
