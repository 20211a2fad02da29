"""The month on one page: six figures, what went well and badly, emergencies and open appeals."""

from scoring.figures import Figures, mean_changes
from scoring.review.queue import emergency_places
from services.overview.brief import Remark, bad_remarks, good_remarks
from store.people import review_queue
from store.people.review_queue import MissedCall
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.appeals.build import open_rows
from web.appeals.view import AppealRow
from web.brief.view import Brief, BriefAppeal, BriefCall, BriefFigure, BriefRemark
from web.overview.build import calls_href
from web.periods import Asked, figures_before

SHOWN = 5
"""Emergencies and appeals that are named; the page has to stay one."""


def brief_page(context: RequestContext, asked: Asked) -> Brief:
    cached = context.desk.figures.of(asked.rubric_context, asked.days)
    now, before = cached.value, figures_before(context, asked)
    missed, appeals = _missed(context, asked), _open_appeals(context)
    earlier = before.everyone if before else None
    rubric = asked.rubric_context.rubric
    return Brief(
        period=asked.shown,
        as_of=cached.as_of,
        figures=_figures(context, asked, now.everyone, earlier, len(missed), appeals) if now.everyone else (),
        good=tuple(_remark(context, asked, remark, False) for remark in good_remarks(rubric, now, before)),
        bad=tuple(_remark(context, asked, remark, True) for remark in bad_remarks(rubric, now, before)),
        emergencies=tuple(_call(context, call) for call in missed[:SHOWN]),
        n_emergencies=len(missed),
        appeals=tuple(_appeal(context, row) for row in appeals[:SHOWN]),
        n_appeals=len(appeals),
        n_late=sum(row.days_late > 0 for row in appeals),
    )


def _figures(
    context: RequestContext,
    asked: Asked,
    now: Figures,
    before: Figures | None,
    n_open: int,
    appeals: list[AppealRow],
) -> tuple[BriefFigure, ...]:
    say, may = context.say, context.may
    change = next(iter(mean_changes([before], [now])), None) if before else None
    calls = may(Permission.CALLS)
    emergencies = list(emergency_places(asked.rubric_context.rubric))
    missed, missed_before = (_failed(figures, emergencies) for figures in (now, before))
    share, share_before = (_share_waiting(figures) for figures in (now, before))
    n_late = sum(row.days_late > 0 for row in appeals)
    return (
        BriefFigure(
            say("通话"), f"{now.n_calls:,}", say("通"),
            float(now.n_calls - before.n_calls) if before else None, "none",
            say("得出总分 {n} 通", n=f"{now.n_scored:,}"), calls_href(asked.days) if calls else "",
        ),
        BriefFigure(
            say("平均分"), "–" if now.mean is None else f"{now.mean:.1f}", say("分"),
            change.change if change and change.sure else None, "up",
            say("比上月的变化可能是偶然") if change and not change.sure else "", asked.shown.href("/"),
        ),
        BriefFigure(
            say("一票否决"), f"{now.n_fatal:,}", say("通"),
            float(now.n_fatal - before.n_fatal) if before else None, "down",
            say("另有 {n} 通待人工确认", n=now.n_flagged) if now.n_flagged else "",
            calls_href(asked.days, fatal="yes") if calls else "",
        ),
        BriefFigure(
            say("紧急情况未引导"), f"{missed or 0:,}", say("通"),
            float((missed or 0) - missed_before) if missed_before is not None else None, "down",
            say("{n} 通待人工确认", n=n_open) if n_open else "",
            calls_href(asked.days, failed=emergencies[0]) if calls and emergencies else "",
        ),
        BriefFigure(
            say("待人工判定"), f"{100 * (share or 0.0):.0f}", "%",
            None if share is None or share_before is None else 100 * (share - share_before), "down",
            say("{n} 通", n=f"{now.n_waiting:,}"), "/queue" if may(Permission.REVIEW) else "",
        ),
        BriefFigure(
            say("待处理申诉"), f"{len(appeals):,}", "", None, "none",
            say("{n} 件超期", n=n_late) if n_late else "", "/appeals" if may(Permission.APPEALS) else "",
        ),
    )  # fmt: skip


def _failed(figures: Figures | None, items: list[str]) -> int | None:
    """How often any of the items was failed; ``None`` without figures."""
    return None if figures is None else sum(r.scored - r.passed for r in figures.items if r.item_id in items)


def _share_waiting(figures: Figures | None) -> float | None:
    return figures.n_waiting / figures.n_calls if figures and figures.n_calls else None


def _missed(context: RequestContext, asked: Asked) -> list[MissedCall]:
    rubric_context = asked.rubric_context
    places = emergency_places(rubric_context.rubric)
    with context.desk.store.read() as c:
        calls = review_queue.missed_emergency_calls(c, rubric_context.keys, places, visibility_of(context.who))
    return [call for call in calls if call.started_at.astimezone(rubric_context.zone).date().isoformat() in asked.days]


def _open_appeals(context: RequestContext) -> list[AppealRow]:
    today = context.desk.now().astimezone(context.desk.rubric_set[0].zone).date()
    with context.desk.store.read() as c:
        return open_rows(context.desk.rubric_set, c, context.who, visibility_of(context.who), today)


def _call(context: RequestContext, call: MissedCall) -> BriefCall:
    return BriefCall(call.call_id, call.started_at, f"/calls/{call.call_pk}" if context.may(Permission.CALLS) else "")


def _appeal(context: RequestContext, row: AppealRow) -> BriefAppeal:
    href = f"/appeals/{row.pk}" if context.may(Permission.APPEALS) else ""
    return BriefAppeal(row.call_id, row.item, row.stands, row.due, row.days_late > 0, href)


def _remark(context: RequestContext, asked: Asked, remark: Remark, failed: bool) -> BriefRemark:
    """``failed``: an item leads to the calls that failed it, else to the figures of all items."""
    if remark.about == "team":
        return BriefRemark(remark.text, asked.shown.href("/team", name=remark.name) if remark.name else "")
    if remark.about == "agents":
        return BriefRemark(remark.text, asked.shown.href("/agents", order="change" if failed else "rank"))
    if failed and context.may(Permission.CALLS):
        return BriefRemark(remark.text, calls_href(asked.days, failed=remark.name))
    return BriefRemark(remark.text, asked.shown.href("/"))
