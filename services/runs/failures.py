"""Failures by stage and reason, with what a person can do about each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from services.context import RubricContext, RubricSet
from services.wording import reason_words
from store import Connection
from store.calls import failures

SHOWN = 50
"""Calls that are named of one group."""

ADVICE: Mapping[str, tuple[str, str]] = {
    "no_call_id": ("清单中没有通话编号", "在清单中补上通话编号，重新入库"),
    "bad_call_id": ("通话编号含有无法显示的字符", "更正清单中的通话编号，重新入库"),
    "no_agent": ("清单中没有工号", "在清单中补上工号，重新入库"),
    "unknown_agent": ("工号不在人员名册中", "在名册中加上这名坐席，或更正清单中的工号，重新入库"),
    "bad_time": ("开始时间无法识别", "时间写成 2026-11-02 13:38:00 的格式，重新入库"),
    "bad_direction": ("呼叫方向无法识别", "写成“呼入”或“呼出”，重新入库"),
    "bad_hangup_by": ("挂机方无法识别", "写成“坐席”“市民”或“系统”，重新入库"),
    "bad_agent_channel": ("坐席声道无法识别", "写成“左”或“右”，重新入库"),
    "bad_recording_name": ("录音文件名指向录音目录之外", "更正清单中的录音文件名，重新入库"),
    "too_many_cells": ("清单这一行的列数多于表头", "检查这一行是否多了分隔符，重新入库"),
    "duplicate_call_id": (
        "通话编号重复，内容不同",
        "删去重复的行，或改用新的通话编号；确需更正时请管理员以替换方式入库",
    ),
    "recording_missing": ("找不到录音文件", "确认录音已拷贝到录音目录、文件名与清单一致"),
    "recording_unreadable": ("录音文件无法打开", "检查文件的读取权限和存储是否可用"),
    "recording_out_of_reach": ("录音存储没有正常应答", "检查录音存储和网络；恢复后再次运行即可，不占用重试次数"),
    "removed": ("录音已按保存期限删除", "不需要处理"),
    "recording_changed": ("录音文件在入库后被换过", "重新入库这段录音"),
    "empty_file": ("录音文件是空的", "从录音系统重新导出"),
    "truncated": ("录音文件不完整", "从录音系统重新导出"),
    "not_audio": ("文件不是可识别的录音", "确认文件无误，导出为 WAV（PCM）或 MP3"),
    "undecodable": ("录音无法解码", "从录音系统重新导出"),
    "decoder_crashed": ("录音使解码程序崩溃", "从录音系统重新导出，最好导出为 WAV（PCM）"),
    "decoder_hung": ("录音解码时间过长", "从录音系统重新导出，最好导出为 WAV（PCM）"),
    "unsupported_rate": ("录音的采样率有误", "从录音系统重新导出"),
    "too_large": ("录音文件过大", "导出为 MP3，或按通话拆分后重新入库"),
    "too_short": ("录音过短，没有通话内容", "无需处理；确有通话时重新导出"),
    "too_long": ("录音过长", "按通话拆分后重新入库"),
    "unsupported_channels": ("录音的声道过多", "导出为单声道或双声道（坐席与市民各一）"),
    "no_agent_channel": ("录音没有清单所写的坐席声道", "更正清单中的坐席声道，重新入库"),
    "engine_failed": ("语音识别出错", "下次运行会再试；反复出现时请联系管理员"),
    "worker_died": ("识别程序在这段录音上意外退出", "确认录音能正常播放，从录音系统重新导出；下次运行会再试"),
    "worker_stalled": ("识别程序在这段录音上停住不动", "确认录音能正常播放，从录音系统重新导出；下次运行会再试"),
    "not_transcribed": ("转写程序出错", "请管理员报告此问题"),
    "check_failed": ("质检程序出错", "由复核员人工判定；请管理员报告此问题"),
}
"""Of each reason why something was not taken in, transcribed or checked: what is wrong, and what to do."""
UNKNOWN = "请联系管理员"


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """What failed at one stage for one reason and is not done since."""

    stage: str
    """ingest, transcribe or check."""
    reason: str
    problem: str
    to_do: str
    n: int
    n_waiting: int
    """Of these, how many no run tries again before a person has cleared them."""
    subjects: tuple[str, ...]
    """Ids of calls, or places in a manifest; `SHOWN` at most."""


class ListedFailure(NamedTuple):
    """The same of one call or row."""

    stage: str
    subject: str
    reason: str
    problem: str
    to_do: str
    waits: bool


class _Failed(NamedTuple):
    stage: str
    reason: str
    subject: str
    waits: bool


def failure_groups(rubric_set: RubricSet, c: Connection) -> tuple[FailureGroup, ...]:
    """The stages in the order of a night, in each the commonest reason first."""
    failed = sorted(
        {failure for context in rubric_set for failure in _failed(context, c)},
        key=lambda failure: (failure.stage, failure.reason),
    )
    groups = (
        _group(stage, reason, list(some))
        for (stage, reason), some in groupby(failed, key=lambda failure: (failure.stage, failure.reason))
    )
    stages = ("ingest", "transcribe", "ask", "check")
    return tuple(sorted(groups, key=lambda group: (stages.index(group.stage), -group.n, group.reason)))


def listed_failures(rubric_set: RubricSet, c: Connection) -> list[ListedFailure]:
    """Each failure by itself, in an order that stays."""
    failed = sorted({failure for context in rubric_set for failure in _failed(context, c)})
    words = ((failure, ADVICE.get(failure.reason, (reason_words(failure.reason), UNKNOWN))) for failure in failed)
    return [
        ListedFailure(failure.stage, failure.subject, failure.reason, problem, to_do, failure.waits)
        for failure, (problem, to_do) in words
    ]


def _failed(context: RubricContext, c: Connection) -> Iterable[_Failed]:
    for row in failures.outstanding_failures(c, context.keys):
        waits = row.stage == "ingest" or row.attempts >= context.settings.flow.max_attempts
        yield _Failed(row.stage, row.error, row.subject, waits)
    for error in failures.error_findings(c, context.keys):
        yield _Failed("check", error.reason, error.call_id, True)


def _group(stage: str, reason: str, failed: Sequence[_Failed]) -> FailureGroup:
    problem, to_do = ADVICE.get(reason, (reason_words(reason), UNKNOWN))
    subjects = tuple(sorted(failure.subject for failure in failed)[:SHOWN])
    return FailureGroup(stage, reason, problem, to_do, len(failed), sum(failure.waits for failure in failed), subjects)
