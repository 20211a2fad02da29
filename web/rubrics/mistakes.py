"""Mistakes in a draft of a rubric, in the words of people at the desk; the command line tells them in English."""

import re

from callqa.errors import CallQAError
from web.access.request_context import RequestContext


def _(text: str) -> str:
    """Marks a text that has its English."""
    return text


AT = re.compile(r".*?, line (?P<line>\d+): (?P<what>.*)", re.DOTALL)
WORDS = {
    r".*not (valid|plain) YAML.*": _("YAML 格式有误，请检查缩进、冒号和引号"),
    r"(?P<name>.*) is there twice; keep one of them": _("{name} 写了两次，请只留一处"),
    r"(?P<field>\S+): unknown field; did you mean '(?P<near>.*?)'.*": _("没有 {field} 这个字段，是不是 {near}？"),
    r"(?P<field>\S+): unknown field.*": _("没有 {field} 这个字段"),
    r"(?P<field>\S+): Field required": _("缺少 {field}"),
    r"(?P<field>\S+): Input should be a valid string; put it in quotes": _("{field} 应为文字，请加引号"),
    r"(?P<field>\S+): Input should be a valid (number|integer).*": _("{field} 应为数字"),
    r"(?P<field>\S+): Input should be (greater|less) than .*": _("{field} 的数值超出范围"),
    r"(?P<field>\S+): should be a list, .*": _("{field} 应为列表，例如 [甲, 乙]"),
    r"((?P<field>\S+): should be|expected) a mapping with (?P<names>.*)": _("应分字段填写：{names}"),
    r"(.*: )?item (?P<item>\S+) is fatal, so it has no points of its own;.*": _(
        "{item} 是一票否决项，本身没有分值，请写 points: 0"
    ),
    r"(.*: )?item (?P<item>\S+) is fatal, which is all it can be;.*": _(
        "{item} 是一票否决项，请去掉 effect 和 critical"
    ),
    r"(.*: )?item (?P<item>\S+) has no points and is not fatal, .*": _("{item} 没有分值，也不是一票否决项，不起作用"),
    r"(.*: )?item (?P<item>\S+) is a bonus, .*": _("{item} 是加分项，不能是关键项"),
    r"(.*: )?item (?P<item>\S+) names a check twice": _("{item} 把同一个检查写了两次"),
    r"item (?P<item>\S+) needs check '(?P<check>.*?)', which no library has;.*": _(
        "{item} 用到的检查 {check} 不在检查库里"
    ),
    r"(.*: )?no item has points that can be earned, .*": _("没有可得分的项目，无法评分"),
    r"(.*: )?item (?P<item>\S+) is critical; write which total it leaves, .*": _(
        "{item} 是关键项，请写明不合格时的最高分，例如 critical_cap: 59"
    ),
    r"(.*: )?no item is critical, so critical_cap would change nothing": _("没有关键项，请去掉 critical_cap"),
    r".* must differ, these are there twice: (?P<names>.*)": _("编号和名称不能重复：{names}"),
    r"(.*: )?group (?P<group>\S+) has points and no weight, .*": _("{group} 组没有权重：各组要么都写，要么都不写"),
    r"(.*: )?group (?P<group>\S+) has nothing that can be earned, .*": _("{group} 组没有可得的分，不能有权重"),
    r"(.*: )?the weights of the groups are percents of the total; together (?P<sum>\S+), not 100": _(
        "各组权重合计 {sum}%，应为 100%"
    ),
    r"(.*: )?item (?P<item>\S+) .*(raise the total|lift its cap|weights of their own).*": _(
        "{item} 的适用条件会让不合格反而抬高总分，请去掉 only_if"
    ),
    r"(.*: )?the items that depend on (?P<item>\S+) .*": _("依附 {item} 的项目分值比它本身还多，请减少"),
    r"(.*: )?item (?P<item>\S+) depends on itself": _("{item} 不能以自己为条件"),
    r"(.*: )?there is no item '(?P<item>.*?)'; items: .*": _("适用条件里的 {item} 不是本表的项目"),
    r"(.*: )?item (?P<item>\S+) (is fatal and waits|depends on) .*, so nothing can depend on it": _(
        "{item} 不能作为别的项目的条件"
    ),
}
"""By what an error says of a draft, whatever its line."""
LINE = _("第 {line} 行：{mistake}")
OTHER = _("内容不合要求（{what}）")
PATTERNS = [(re.compile(pattern, re.DOTALL), text) for pattern, text in WORDS.items()]


def mistake(context: RequestContext, error: CallQAError) -> str:
    """What is wrong with the draft, and in which line."""
    found = AT.fullmatch(error.code)
    what = _said(context, found["what"] if found else error.code)
    return context.say(LINE, line=found["line"], mistake=what) if found else what


def _said(context: RequestContext, what: str) -> str:
    for pattern, text in PATTERNS:
        if found := pattern.fullmatch(what):
            values = {name: value or "" for name, value in found.groupdict().items() if f"{{{name}}}" in text}
            return context.say(text, **values)
    return context.say(OTHER, what=what)
