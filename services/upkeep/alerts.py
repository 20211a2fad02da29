"""Alerts about the nights. Pure: runs and settings in, alerts out.

An alert has counts, times and numbers of runs in it, and nothing personal: it leaves the house.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from callqa.messages import Message, Text
from callqa.settings.upkeep import AlertSettings
from services.runs.history import Night
from services.wording import STAGES
from store.runs.history import NIGHTLY

Kind = Literal["failed", "late", "held", "mostly_failed", "empty", "tampered", "unreachable", "test"]
CLOCKS_DIFFER = timedelta(hours=1)
"""A run that began later than this from now was started by a wrong clock, and tells nothing of tonight."""
TITLES: dict[Kind, str] = {
    "failed": "夜间任务中断",
    "late": "夜间任务未按时进行",
    "held": "得分暂缓发布",
    "mostly_failed": "夜间任务大量失败",
    "empty": "夜间任务没有收到通话",
    "tampered": "操作记录被改动",
    "unreachable": "数据库无法访问",
    "test": "告警测试",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that somebody has to be told, once."""

    kind: Kind
    key: str
    """What it is about; equal for the same thing, whenever it is found."""
    text: Text
    at: datetime
    run: int | None = None
    """Its number in the history of runs."""

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def due(nights: Sequence[Night], now: datetime, settings: AlertSettings, zone: ZoneInfo) -> Iterator[Alert]:
    """What is to be told of the present night. ``nights``: the last runs, newest first."""
    began = last_at(settings.night_from, now.astimezone(zone))
    tonight = [night for night in nights if night.kind in NIGHTLY and began <= night.started_at <= now + CLOCKS_DIFFER]
    yield from _late(tonight, began, now, settings)
    if tonight and tonight[0].status == "broken":  # a later run would have gone on with it
        run = tonight[0]
        text = Message(
            "运行 {run} 于 {at} 开始，中途停止。再次运行即可继续，已完成的不会重做。",
            run=run.pk,
            at=_clock(run.started_at, zone),
        )
        yield Alert("failed", f"failed:{run.pk}", text, now, run.pk)
    if damaged := next((night for night in tonight if night.audit_breaks), None):  # all of a night look at one log
        text = Message(
            "运行 {run} 发现操作记录有 {n} 处与写入时不同。请查看：callqa audit verify",
            run=damaged.pk,
            n=damaged.audit_breaks,
        )
        yield Alert("tampered", f"tampered:{began.date():%Y-%m-%d}", text, now, damaged.pk)
    for run in tonight:
        yield from _of_its_calls(run, now, settings)


def last_at(clock: time, now: datetime) -> datetime:
    """When it was ``clock`` last, by the time of ``now``'s zone."""
    today = datetime.combine(now.date(), clock, now.tzinfo)
    return today if today <= now else datetime.combine(now.date() - timedelta(days=1), clock, now.tzinfo)


def _late(tonight: Sequence[Night], began: datetime, now: datetime, settings: AlertSettings) -> Iterator[Alert]:
    night = f"{began.date():%Y-%m-%d}"
    begun_by, ended_by = (by and _next_at(by, began) for by in (settings.begun_by, settings.ended_by))
    if begun_by and now >= begun_by and not tonight:
        text = Message("到 {by} 仍未开始。请检查定时任务与 Prefect 服务：callqa doctor", by=f"{begun_by:%m-%d %H:%M}")
        yield Alert("late", f"late:begin:{night}", text, now)
    elif ended_by and now >= ended_by and not any(run.status == "finished" for run in tonight[:1]):
        text = Message("到 {by} 仍未结束。请查看运行记录；白班可能看不到全部得分。", by=f"{ended_by:%m-%d %H:%M}")
        yield Alert("late", f"late:end:{night}", text, now, tonight[0].pk if tonight else None)


def _of_its_calls(run: Night, now: datetime, settings: AlertSettings) -> Iterator[Alert]:
    if run.held and run.held.released_at is None:
        text = Message(
            "运行 {run} 的 {n} 通得分未达到金标集下限，等待主管决定：callqa release", run=run.pk, n=run.held.n_scores
        )
        yield Alert("held", f"held:{run.pk}", text, now, run.pk)
    shares = {stage.stage: (stage.failed, stage.done + stage.failed) for stage in run.stages}
    if run.taken:
        rows = run.taken.new + run.taken.same + run.taken.replaced + run.taken.refused
        shares["ingest"] = (run.taken.refused, rows)
        if not rows:
            text = Message("运行 {run} 的清单里没有一通电话。请检查话务系统的导出，再次运行即可补上。", run=run.pk)
            yield Alert("empty", f"empty:{run.pk}", text, now, run.pk)
    for stage, (failed, n) in shares.items():
        if failed and failed >= settings.failed_share * n:
            text = Message(
                "运行 {run} 的{stage}阶段 {n} 通中有 {failed} 通失败。查看原因：callqa failures",
                run=run.pk,
                stage=Message(STAGES.get(stage, stage)),
                n=n,
                failed=failed,
            )
            yield Alert("mostly_failed", f"mostly_failed:{stage}:{run.pk}", text, now, run.pk)


def _next_at(clock: time, after: datetime) -> datetime:
    """When it is ``clock`` for the first time after."""
    that_day = datetime.combine(after.date(), clock, after.tzinfo)
    return that_day if that_day > after else datetime.combine(after.date() + timedelta(days=1), clock, after.tzinfo)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"
