"""Errors that are written for operators reach people at the desk in their own words."""

import pytest

from callqa.errors import CallQAError
from web.refusals import OTHER, WORDS, refusal
from web.wording import words

SAID = {
    "there is no call 20261101-1; take it in with: callqa ingest MANIFEST": "没有编号为 20261101-1 的通话",
    "call c1 has no score under pudong 1; run: callqa run": "通话 c1 还没有评分，请等夜间任务完成后再试",
    "appeal 7: 李强 judged this item and cannot reject the appeal against it; forward it, or accept it": (
        "申诉 7：原判定是 李强 作出的，不能由本人驳回，请转交上级或同意申诉"
    ),
    "too late: the score of call c1 was published on 2026-11-01, and the last day to appeal was 2026-11-08": (
        "已过申诉期限，最后一天是 2026-11-08"
    ),
    "20 calls are asked for, and there are 3 scored ones of no earlier session": (
        "要抽 20 通，可供校准的已评分通话只有 3 通"
    ),
    "'2026-13' is no month; write it as 2026-11": "“2026-13”不是有效的日期",
    "wang has 50 saved filters; delete one first": "最多保存 50 个筛选，请先删除一个",
    "call c1, item opening: 王丽 has no word on this item to take back; see: callqa review history c1": (
        "您没有评过这一项，无可撤回"
    ),
    "call c1, item opening: override needs a reason, which the agent will read": "请写明理由，坐席会看到",
    "call c1, item x: no rubric has this item; see: callqa show c1": "评分表里没有这一项，可能刚换了评分表，请刷新页面",
    "李强 is no reviewer of session 十一月; its reviewers: 王丽, 赵敏": "您不是校准“十一月”的评定人",
    "nothing of this is assigned; see: callqa queue list": "这通电话没有分派给谁，可能已经完成或收回",
    "earlier samples have drawn all 12 that its filters let pass": "此前的抽检已抽走全部 12 通候选通话",
    "两次输入的密码不一致": "两次输入的密码不一致",
    "disk {full}": "系统没有接受这一步。请把这段说明转告系统管理员：disk {full}",
}


@pytest.mark.parametrize(("message", "chinese"), SAID.items())
def test_an_error_in_words_of_the_desk(message: str, chinese: str) -> None:
    said = refusal(CallQAError(message))
    assert words("zh")(said.text, **said.values) == chinese


def test_in_english_nobody_is_told_of_commands() -> None:
    said = refusal(CallQAError("there is no appeal 12; see: callqa appeal list"))
    assert words("en")(said.text, **said.values) == "There is no such appeal"


def test_every_refusal_has_its_english() -> None:
    for text in (*WORDS.values(), OTHER):
        assert words("en")(text) != text
