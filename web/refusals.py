"""Refusals of callqa, in the words of people at the desk.

Its errors are written for operators: in English, with the command that helps. Whoever sits at the desk gets the same
in Chinese (or the desk's English), with what helps there.
"""

import re
from typing import Any, NamedTuple

from callqa.errors import CallQAError
from callqa.messages import catalogue


class Refusal(NamedTuple):
    text: str
    """In Chinese, as `web.wording` knows it."""
    values: dict[str, Any]
    """What belongs into its braces."""


def _(text: str) -> str:
    """Marks a text that has its English."""
    return text


WORDS = {
    r"there is no call (?P<call>\S+);.*": _("没有编号为 {call} 的通话"),
    r"call (?P<call>\S+) (has no score under|is not known, or not scored yet).*": _(
        "通话 {call} 还没有评分，请等夜间任务完成后再试"
    ),
    r"call (?P<call>\S+) was answered by .*, and nobody judges their own calls;.*": _(
        "通话 {call} 是您本人接听的，不能由本人评分，请交给其他人"
    ),
    r".*an appeal has decided this item, and its verdict is final": _("这一项已由申诉裁定，不能再改"),
    r"appeal (?P<n>\d+): (?P<who>.*) judged this item and cannot reject.*": _(
        "申诉 {n}：原判定是 {who} 作出的，不能由本人驳回，请转交上级或同意申诉"
    ),
    r"appeal (?P<n>\d+): .*": _("申诉 {n} 现在不能这样处理：可能已有人处理，或还没轮到这一级"),
    r"there is no appeal .*": _("没有这个申诉"),
    r"the score of call (?P<call>\S+) is not published yet;.*": _("通话 {call} 的得分还没有发布，发布后才能申诉"),
    r"call (?P<call>\S+), item .*: nothing was marked down .*": _("通话 {call} 的这一项没有扣分，无可申诉"),
    r"call (?P<call>\S+), item .* was appealed before,.*": _("通话 {call} 的这一项已经申诉过"),
    r"an appeal needs a reason;.*": _("请写明申诉理由，最好指出录音中的位置"),
    r"too late: .*the last day to appeal was (?P<day>.*)": _("已过申诉期限，最后一天是 {day}"),
    r"(?P<n>\d+) calls are asked for, and there are (?P<there>\d+) scored ones.*": _(
        "要抽 {n} 通，可供校准的已评分通话只有 {there} 通"
    ),
    r"there is a calibration session (?P<name>.*) already;.*": _("已有同名的校准“{name}”，请换一个名称"),
    r"calibration session (?P<name>.*) was closed by .*": _("校准“{name}”已经结束"),
    r"calibration session (?P<name>.*) is still open,.*": _("校准“{name}”还在进行，结束后才能查看各人的评定"),
    r"playlist (?P<name>.*) has no clips yet;.*": _("播放单“{name}”里还没有片段"),
    r"there is no playlist .*": _("没有这个播放单"),
    r"the clip would begin at .*": _("片段的起止时间超出了通话长度，请按 分:秒 填写"),
    r"(?P<period>\S+) is not over before the end of (?P<day>\S+),.*": _(
        "{period} 到 {day} 才结束，提前抽样会让之后的通话没有机会；请届时再抽"
    ),
    r"no call of (?P<period>\S+) can be drawn by plan .*": _("按这个方案，{period} 没有可抽的通话"),
    r"earlier samples have drawn all (?P<n>\d+) that its filters let pass": _("此前的抽检已抽走全部 {n} 通候选通话"),
    r"there are none that its filters let pass;.*": _(
        "没有符合条件的通话；请看抽检方案的条件，以及夜间任务是否已经评分"
    ),
    r"plan .* has drawn (?P<period>\S+) already,.*": _("这个方案已经抽过 {period}；改动从下一期起生效"),
    r"another sample took some of these calls meanwhile;.*": _("其中一些通话刚被另一次抽样抽走，请重新抽样"),
    r"nothing of this is assigned;.*": _("这通电话没有分派给谁，可能已经完成或收回"),
    r"call (?P<call>\S+) was not answered by agent .*, who alone can appeal against it": _(
        "通话 {call} 不是您接听的，不能申诉"
    ),
    r".*: the verdict on an appeal is final and cannot be taken back": _("申诉裁定不能撤回"),
    r".* has no word on this item to take back;.*": _("您没有评过这一项，无可撤回"),
    r".*: (override|manual) needs a reason, which the agent will read": _("请写明理由，坐席会看到"),
    r".*: a person decides met, violated or not_applicable, not .*|.*: the verdict is missing": _(
        "请选择合格、不合格或不适用"
    ),
    r".*: no rubric has this item;.*|the rubric has no item .*|item .* is not in session .*": _(
        "评分表里没有这一项，可能刚换了评分表，请刷新页面"
    ),
    r".*: the rubric has this item; confirm or override it instead": _("评分表里已有这一项，请直接改判"),
    r".*: a manual item needs (a title|points, .*)": _("请填写加减分的名称和不为 0 的分值"),
    r"call (?P<call>\S+) is not in session (?P<name>.*?);.*": _("通话 {call} 不在校准“{name}”里"),
    r".* is no reviewer of session (?P<name>.*?);.*": _("您不是校准“{name}”的评定人"),
    r"there is no calibration session (?P<name>.*?);.*": _("没有名为“{name}”的校准"),
    r"nobody has heard a call of .*": _("这次抽检还没有人听过，听过几通后才有估计"),
    r"plan .* has no sample of (?P<period>\S+);.*": _("这个方案没有 {period} 的抽检"),
    r"item .* asks for no phrase;.*": _("这一项不要求特定用语"),
    r"playlist (?P<name>.*) has no clip \d+;.*": _("播放单“{name}”里没有这个片段，可能已被移走"),
    r"this identity is linked with (?P<who>.*) already;.*": _("这个统一身份已关联到 {who}，请先在那里解除"),
    r"there is no such call, so there is nothing to hold": _("没有这通电话"),
    r"there is no legal hold .*": _("这项依法保留已经解除"),
    r".* has (?P<n>\d+) saved filters; .*": _("最多保存 {n} 个筛选，请先删除一个"),
    r"'(?P<given>.*)' is no (day|month|week|quarter|year)[;,].*": _("“{given}”不是有效的日期"),
    r"--since .* is after --until .*": _("起止日期有误：结束日期不能早于开始日期"),
}
"""By what an error says."""
OTHER = _("系统没有接受这一步。请把这段说明转告系统管理员：{message}")
CHINESE = re.compile("[\u4e00-\u9fff]")
_PATTERNS = [(re.compile(pattern, re.DOTALL), text) for pattern, text in WORDS.items()]


def refusal(error: Exception) -> Refusal:
    """What to tell somebody at the desk; an error that is theirs already stays as it is."""
    if isinstance(error, CallQAError) and (None, error.code) in catalogue("zh"):
        return Refusal(error.code, dict(error.values))
    message = error.code if isinstance(error, CallQAError) else str(error)
    for pattern, text in _PATTERNS:
        if found := pattern.fullmatch(message):
            return Refusal(text, {name: value for name, value in found.groupdict().items() if f"{{{name}}}" in text})
    return Refusal(message, {}) if CHINESE.search(message) else Refusal(OTHER, {"message": message})
