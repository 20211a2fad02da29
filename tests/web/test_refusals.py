"""Errors as people at the desk read them: in their language, and without commands."""

from datetime import date

import pytest

from callqa.errors import CallQAError, ConfigError, EngineError, FilterError, StoreError
from callqa.messages import Message
from web.access.request_context import error_text

READ = [
    (CallQAError("call.unknown", call="20261101-1"), "没有编号为 20261101-1 的通话", "There is no call 20261101-1"),
    (
        CallQAError("call.no_score", call="c1", rubric="pudong", version="1"),
        "通话 c1 还没有评分，请等夜间任务完成后再试",
        "Call c1 has no score under pudong 1",
    ),
    (
        CallQAError("appeal.own_judgement", n=7, who="李强"),
        "申诉 7：原判定是 李强 作出的，不能由本人驳回，请转交上级或同意申诉",
        "Appeal 7: 李强 judged this item and cannot reject the appeal against it; forward it, or accept it",
    ),
    (
        CallQAError("appeal.refused", n=7, why=Message("appeal.too_late_further", last=date(2026, 12, 1))),
        "申诉 7 现在不能这样处理：已过继续申诉的期限，最后一天是 2026-12-01",
        "Appeal 7: too late: the last day to take it further was 2026-12-01",
    ),
    (
        CallQAError("appeal.too_late", call="c1", published="2026-11-01", last="2026-11-08"),
        "已过申诉期限，最后一天是 2026-11-08",
        "Too late: the score of call c1 was published on 2026-11-01, and the last day to appeal was 2026-11-08",
    ),
    (CallQAError("appeal.unknown", n=12), "没有这个申诉", "There is no appeal 12"),
    (
        ConfigError("calibration.too_few_calls", n=20, there=3),
        "要抽 20 通，可供校准的已评分通话只有 3 通",
        "20 calls are asked for, and there are 3 scored ones of no earlier session",
    ),
    (
        ConfigError("calibration.no_reviewer", who="李强", name="十一月", reviewers=("王丽", "赵敏")),
        "您不是校准“十一月”的评定人",
        "李强 is no reviewer of session 十一月",
    ),
    (StoreError("filter.too_many_saved", who="wang", n=50), "最多保存 50 个筛选，请先删除一个",
     "Wang has 50 saved filters; delete one first"),
    (
        StoreError("review.nothing_to_withdraw", call="c1", item="opening", who="王丽"),
        "您没有评过这一项，无可撤回",
        "王丽 has no word on this item to take back",
    ),
    (
        StoreError("review.no_reason", call="c1", item="opening", action="override"),
        "请写明理由，坐席会看到",
        "Override needs a reason, which the agent will read",
    ),
    (
        StoreError("review.item_unknown", call="c1", item="x"),
        "评分表里没有这一项，可能刚换了评分表，请刷新页面",
        "Item x: no rubric has this item",
    ),
    (CallQAError("queue.not_assigned"), "这通电话没有分派给谁，可能已经完成或收回", "Nothing of this is assigned"),
    (
        ConfigError("sampling.all_drawn", n=12),
        "此前的抽检已抽走全部 12 通候选通话",
        "Earlier samples have drawn all 12 that its filters let pass",
    ),
    (CallQAError("password.not_repeated"), "两次输入的密码不一致", "The passwords differ"),
    (FilterError("filter.one_only", field="low"), "只能填写一项", "Only one may be given"),
    (
        EngineError("engine.decoder_not_started"),
        "系统没有接受这一步。请把这段说明转告系统管理员：无法启动音频解码程序",
        "This was refused. Please tell your administrator: the audio decoder cannot be started",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("error", "chinese", "english"), READ, ids=[error.code for error, _, _ in READ])
def test_an_error_in_words_of_the_desk(error: CallQAError, chinese: str, english: str) -> None:
    assert error_text(error, "zh") == chinese
    assert error_text(error, "en") == english


def test_nobody_at_the_desk_is_told_of_commands() -> None:
    for error, _, _ in READ:
        assert not any("callqa " in error_text(error, language) for language in ("zh", "en"))
