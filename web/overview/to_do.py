"""The to-dos in words, with where they are dealt with; only those that the person may deal with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from callqa.messages import Joined
from services.overview.to_do import Kind, ToDo, Which
from store import Connection
from store.people import review_queue
from web.access.request_context import RequestContext
from web.access.roles import Permission as P
from web.access.visibility import visibility_of
from web.appeals.build import open_rows
from web.overview.view import Named, ToDoLine


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a kind of to-do is shown."""

    needs: P
    tone: str
    icon: str
    href: str
    of_one: Callable[[Which], str] | None = None
    """The address of one of those that are meant; ``None``: they are not named."""


MANNERS: Mapping[Kind, _Manner] = {
    "emergency": _Manner(P.CALLS, "bad", "warning", "/queue", lambda call: f"/calls/{call.key}"),
    "held": _Manner(P.RUNS, "bad", "lock", "/runs"),
    "overdue": _Manner(P.APPEALS, "bad", "appeal", "/appeals?shown=open", lambda appeal: f"/appeals/{appeal.key}"),
    "due": _Manner(P.APPEALS, "warn", "clock", "/appeals?shown=open", lambda appeal: f"/appeals/{appeal.key}"),
    "failures": _Manner(P.RUNS, "warn", "warning", "/runs#failures", lambda failures: f"/runs#{failures.key}"),
    "review": _Manner(P.CALLS, "info", "review", "/queue"),
    "suggests": _Manner(P.RUBRICS, "warn", "rubric", "/rubrics"),
    "undrawn": _Manner(P.SAMPLING, "info", "sample", "/samples"),
    "calibration": _Manner(P.CALIBRATE, "info", "calibration", "/calibration"),
    "fallen": _Manner(P.FIGURES, "warn", "down", "/agents", lambda agent: f"/agent?id={quote(agent.key)}"),
}


def to_do_lines(context: RequestContext, to_dos: tuple[ToDo, ...]) -> tuple[ToDoLine, ...]:
    return tuple(_line(context, to_do) for to_do in to_dos if context.may(MANNERS[to_do.kind].needs))


def own_queue(context: RequestContext, c: Connection) -> tuple[ToDoLine, ...]:
    """What the person was asked to hear; nothing when that is done."""
    if not context.may(P.REVIEW):
        return ()
    asked = review_queue.count_asked(c, context.who.name)
    if asked.oldest is None:
        return ()
    since = asked.oldest.astimezone(context.desk.settings.zone).date()
    text = context.say("分派给我的 {n} 通电话待复核", n=asked.n)
    return (ToDoLine("mine", "info", "user", text, "", "/queue", (), asked.n, since),)


def own_appeals(context: RequestContext, c: Connection) -> tuple[ToDoLine, ...]:
    """The appeals that wait for the person's decision."""
    if not context.may(P.APPEALS):
        return ()
    today = context.desk.now().astimezone(context.desk.settings.zone).date()
    mine = [
        row for row in open_rows(context.desk.rubric_set, c, context.who, visibility_of(context.who), today) if row.mine
    ]
    if not mine:
        return ()
    hint = context.say("最早 {day} 到期", day=mine[0].due)
    text = context.say("{n} 件申诉待我处理", n=len(mine))
    return (ToDoLine("appeals", "info", "appeal", text, hint, "/appeals?shown=todo", (), len(mine), None),)


def _line(context: RequestContext, to_do: ToDo) -> ToDoLine:
    manner = MANNERS[to_do.kind]
    of_one = manner.of_one
    which = tuple(Named(_name(context, to_do.kind, each), of_one(each)) for each in to_do.which) if of_one else ()
    return ToDoLine(
        kind=to_do.kind,
        tone=manner.tone,
        icon=manner.icon,
        text=_text(context, to_do),
        hint=_hint(context, to_do),
        href=_href(context, to_do, manner),
        which=which,
        n=to_do.n,
        since=to_do.since,
    )


def _name(context: RequestContext, kind: Kind, which: Which) -> str:
    return f"#{which.name}" if kind in ("overdue", "due") else context.say(which.name)


def _href(context: RequestContext, to_do: ToDo, manner: _Manner) -> str:
    if to_do.kind == "held" and len(to_do.which) == 1:
        return f"/runs/{to_do.which[0].key}"
    if to_do.kind == "emergency" and (to_do.n == 1 or not context.may(P.REVIEW)):
        return f"/calls/{to_do.which[0].key}"
    if to_do.kind == "review" and not context.may(P.REVIEW):
        return "/calls?review=yes&sort=oldest"
    return "/queue?whose=all" if to_do.kind in ("emergency", "review") and context.may(P.ASSIGN) else manner.href


def _text(context: RequestContext, to_do: ToDo) -> str:
    say, n = context.say, to_do.n
    match to_do.kind:
        case "emergency":
            return say("{n} 通电话市民有危险，坐席未引导", n=n)
        case "held":
            return say("{n} 晚的得分暂缓发布，等待核实", n=n)
        case "overdue":
            return say("{n} 件申诉已超过处理期限", n=n)
        case "due":
            return say("{n} 件申诉今天到期", n=n)
        case "failures":
            return say("{n} 项处理失败，需要人工解决", n=n)
        case "review":
            return say("{n} 通电话待人工判定", n=n)
        case "suggests":
            return say("{n} 个评分项目准确率不足，只作提示", n=n)
        case "undrawn":
            return say("{n} 期抽检尚未抽取", n=n)
        case "calibration":
            return say("{n} 场校准正在进行", n=n)
        case "fallen":
            return say("{n} 名坐席的得分明显下降", n=n)


def _hint(context: RequestContext, to_do: ToDo) -> str:
    say, names = context.say, Joined(each.name for each in to_do.which)
    match to_do.kind:
        case "emergency":
            return say("机检所判，请立即核实")
        case "held":
            return say("金标集上的准确率低于下限")
        case "overdue" | "due":
            return ""
        case "suggests":
            return say("{items}：机检判定不合格时不扣分，由人工确认", items=names)
        case "fallen":
            return say("与上月相比，已排除偶然波动")
        case "undrawn" | "calibration":
            return say(names)
        case _:
            return ""
