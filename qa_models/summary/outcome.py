"""Outcome of a call: what was lodged, answered, transferred and promised, and how it broke off."""

import re
from collections.abc import Iterable, Iterator, Sequence

from callqa.numerals import NUMERALS, exact_digits
from callqa.summary import SummaryPart
from callqa.types import Call, Hangup, Ticket, Turn
from qa_models.dialogue import Presence, find_phrase
from qa_models.evidence import quote
from qa_models.phrases import Phrases
from qa_models.summary.clauses import clause_before, clause_end, quoted, sentence_before
from qa_models.summary.request import HANDLED, SHORT

DEED = (
    "回复|答复|联系(?!方式|电话|人)|回电|反馈|回访|处理(?!部门|单位|人)|上门|到场|到达|到(?=[您你]|现场|楼下)|办结|回音|"
    "(?:维修|抢修)(?!车|师傅|人员|队|热线|工)|解决|核查|打电话|打给您"
)
TIME = re.compile(
    f"(?P<number>[{NUMERALS}半]+)个?(?P<unit>工作日|自然日|小时|钟头|分钟|天|日|周|星期|礼拜|月)(?P<within>之内|以内|内|左右)"
    f"[^。！!？?；;]{{0,18}}?(?P<deed>{DEED})"
)
SOON = re.compile(
    "(?P<when>(?:今天|明天|后天|本周|这周|下周[一二三四五六日]?)(?:上午|中午|下午|晚上|之?前|之?内|以内)?)(?:就?会|就|要|一定)"
    f"[^。！!？?；;]{{0,14}}?(?P<deed>{DEED})"
)
DEEDS = {"打电话": "回电", "打给您": "回电", "到": "到场", "到达": "到场"}
COUNTED = ("工作日", "自然日", "月", "星期", "礼拜")
NO_PROMISE = re.compile(
    "不能|没法|无法|不敢|不好[替说]|保证不了|没有?办法|如果|要是|万一|超过|上次|之前|当时|限期?|不是|[吗么]$|没有?(?=回复|答复|联系)"
)

TRANSFER = re.compile(
    "(?:(?:帮|给|为|替)[您你]|这就|我来|我先)(?:直接|先|马上|现在)?(?:转接|转|接)(?:过去|过来|到|至|进|去)?了?"
    f"(?P<to>[一-龥]{{2,12}}?(?:热线|专席|专线|席位|中心|窗口|公司|坐席)|[{NUMERALS}]{{5}}(?![{NUMERALS}])|)"
)
NO_TRANSFER = re.compile(
    "工单|单子|诉求|建议|意见|材料|登记|记录|如果|要是|要不|是不是|需不需要|不能|没法|无法|之前|看看|试"
)
"""In the sentence: what is passed on is no call, or nothing is."""
OTHER_PASSING = re.compile("[交派办达送述告发账]|给?[^，。]{0,8}(?:处理|核实|部门|单位|街道|镇里)")
"""Behind 转: papers are passed on, not calls."""
AROUND = 10  # characters of the sentence behind a transfer that are looked at
IN_VAIN = re.compile("占线|接不[进通]|没有?人接|无人接听|转不[过进]|打不通|转接失败|没[转接]通")
"""What agents say when they are back on the line."""

LODGED = re.compile(
    "(?P<done>已经?[^，。？！]{0,3})?(?<!没)(?:(?:给|帮|为|替)[您你](?:先|也|都|马上|直接)?)?(?:加急|单独)?"
    "(?:登记|提交|派单|派给|派到|受理|上报)(?!吗|之前|的时候|过|的)(?P<did>好|下来|了)?"
)
ASKING = "咨询"
UNDERSTOOD = re.compile("(?:清楚|明白|知道|晓得|懂|了解)了|[讲说]得?[^，。？]{0,3}(?:清楚|明白)")
PASSED_ON = re.compile("登记|派单|派给|派到|提交|上报|工单|转交|受理|反映给|反馈给")
LAST_TURNS = 8  # in which a citizen says that the answer was understood

FAREWELL = (
    *(
        "再见",
        "=再会",
        "=拜拜",
        "=回见",
        "谢谢",
        "感谢",
        "不客气",
        "先这样",
        "就这样",
        "没有了",
        "=没了",
        "祝您",
        "慢走",
    ),
    *("麻烦您了", "辛苦", "挂了", "不要挂机", "请稍等"),
)
FAREWELLS = Phrases(phrases=FAREWELL)
WRITTEN_FAREWELL = re.compile("|".join(words.removeprefix("=") for words in FAREWELL))
ENDING_TURNS = 3
BROKEN_OFF: dict[Hangup, str] = {"citizen": "市民中途挂断", "agent": "坐席先挂机，未道别", "system": "通话中断"}
LONGEST_TYPE = 12  # characters of a request type
OTHER_TYPE = ("其他", "其它")


def outcome(call: Call, ticket: Ticket, turns: Sequence[Turn]) -> Iterator[SummaryPart]:
    """The parts of the second line, in the order of a call."""
    agent = [turn for turn in turns if turn.role == "agent"]
    handled = HANDLED.search(ticket.summary)
    transfer, promise = _transfer(agent), _last(_promises(agent))
    yield from _lodged(ticket, agent)
    if handled:
        end = clause_end(ticket.summary, handled.start(), SHORT, handled.end())
        words = quoted(ticket.summary, handled.start(), end)
        yield SummaryPart("{words}", words, field="summary", char_start=handled.start(), char_end=end)
    elif not transfer and not promise:
        yield from _answered(ticket, turns, agent)
    if transfer and not (handled and "转" in handled[0]):
        yield transfer
    if promise:
        yield promise
    if not transfer:
        yield from _broken_off(call, turns)


def _lodged(ticket: Ticket, agent: Sequence[Turn]) -> Iterator[SummaryPart]:
    """The ticket; without any, that the agent says so."""
    kind = ticket.request_type.strip()
    if kind:
        frame = "已登记{words}类工单" if kind in OTHER_TYPE else "已登记{words}工单"
        yield SummaryPart(frame, kind[:LONGEST_TYPE], field="request_type")
    elif filled := [field for field in ticket.__dataclass_fields__ if getattr(ticket, field)]:
        yield SummaryPart("已登记工单", "", field=filled[0])
    else:
        places = [(turn, match) for turn in agent for match in LODGED.finditer(turn.text)]
        if places:
            turn, match = max(places, key=lambda place: (bool(place[1]["done"] or place[1]["did"]), -place[0].start))
            frame = "坐席称已登记" if match["done"] or match["did"] else "坐席称将登记"
            yield SummaryPart(frame, "", evidence=quote(turn, *match.span()))


def _answered(ticket: Ticket, turns: Sequence[Turn], agent: Sequence[Turn]) -> Iterator[SummaryPart]:
    """A question of which nothing was passed on, and whose answer the citizen understood."""
    if ticket.request_type.startswith(ASKING) and not any(PASSED_ON.search(turn.text) for turn in agent):
        for turn in turns[-LAST_TURNS:]:
            if turn.role == "citizen" and (match := UNDERSTOOD.search(turn.text)):
                yield SummaryPart("已当场答复", "", evidence=quote(turn, *match.span()))
                return


def _promises(turns: Iterable[Turn]) -> Iterator[SummaryPart]:
    """Times within which the agent says that something will be done."""
    for turn in turns:
        matches = (*TIME.finditer(turn.text), *SOON.finditer(turn.text))
        for match in sorted(matches, key=lambda match: match.start()):
            if not NO_PROMISE.search(clause_before(turn.text, match.start()) + match[0]):
                yield SummaryPart("承诺{words}", _in_time(match), evidence=quote(turn, *match.span()))


def _in_time(match: re.Match[str]) -> str:
    """五个工作日之内会有人给您答复 is 5个工作日内答复."""
    deed = DEEDS.get(match["deed"], match["deed"])
    if match.re is SOON:
        return match["when"] + deed
    number = match["number"] if "半" in match["number"] else exact_digits(match["number"]) or match["number"]
    counted = "个" if match["unit"] in COUNTED else ""
    within = "左右" if match["within"] == "左右" else "内"
    return f"{number}{counted}{match['unit']}{within}{deed}"


def _transfer(agent: Sequence[Turn]) -> SummaryPart | None:
    """Where the agent passes the call on, unless they come back and say that nobody answered."""
    transfers = list(_transfers(agent))
    place = _last(part for part in transfers if part.words) or _last(transfers)
    if place is None or place.evidence is None:
        return None
    in_vain = any(IN_VAIN.search(turn.text) for turn in agent if turn.start > place.evidence.start)
    return None if in_vain else place


def _transfers(agent: Iterable[Turn]) -> Iterator[SummaryPart]:
    for turn in agent:
        for match in TRANSFER.finditer(turn.text):
            behind = turn.text[match.end() : match.end() + AROUND]
            sentence = sentence_before(turn.text, match.start()) + match[0] + behind
            if not NO_TRANSFER.search(sentence) and not (not match["to"] and OTHER_PASSING.match(behind)):
                frame = "转接{words}" if match["to"] else "转接其他坐席"
                span = match.span("to") if match["to"] else match.span()
                yield SummaryPart(frame, match["to"], evidence=quote(turn, *span))


def _broken_off(call: Call, turns: Sequence[Turn]) -> Iterator[SummaryPart]:
    """A call that ended without anybody taking leave."""
    frame, last = BROKEN_OFF.get(call.hangup_by), turns[-ENDING_TURNS:]
    if frame is None or not last or any(WRITTEN_FAREWELL.search(turn.text) for turn in last):
        return
    if find_phrase(FAREWELLS, last)[0] not in (Presence.SAID, Presence.NEAR):
        yield SummaryPart(frame, "", evidence=quote(last[-1], 0, len(last[-1].text)), field="hangup_by")


def _last(parts: Iterable[SummaryPart]) -> SummaryPart | None:
    return next(iter(reversed(list(parts))), None)
