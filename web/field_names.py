"""Labels of what people fill in or choose on pages, for answers that say which of it cannot be used."""

from collections.abc import Iterable

from callqa.messages import Joined, Message

LABELS = {
    "action": "操作",
    "again": "再输入一次",
    "agent": "工号",
    "agent_id": "工号",
    "anonymous": "隐去工号和通话编号",
    "author": "何人",
    "by": "匹配方式",
    "call": "通话编号",
    "calls": "或者指定通话编号",
    "days": "有效天数",
    "columns": "清单中的列",
    "file": "文件",
    "first": "日期",
    "full_name": "姓名",
    "hired_on": "入职日期",
    "id": "工号",
    "incomplete": "不等未答的",
    "item": "项目",
    "kind": "对象",
    "label": "用途",
    "lang": "界面语言",
    "language": "界面语言",
    "last": "日期",
    "lead": "班组长",
    "limit": "只分配最紧急的几条",
    "month": "月份",
    "n_calls": "随机抽取多少通",
    "name": "名称",
    "note": "备注",
    "order": "排序",
    "outcome": "结果",
    "password": "密码",
    "plan": "抽检计划",
    "playlist": "加入播放单",
    "points": "分值",
    "present": "当前密码",
    "q": "查找",
    "reason": "理由",
    "reviewer": "评定人（两位以上，三位可避免平局）",
    "role": "角色",
    "rubric": "评分表",
    "scope": "权限范围",
    "since": "从",
    "sort": "排序",
    "speaker": "谁说的",
    "team": "班组",
    "teams": "班组",
    "text": "备注",
    "title": "名称",
    "to": "平均分配给",
    "until": "到",
    "verdict": "判定",
}
"""By the names of fields. What pages fill in by themselves has no label."""
ELSEWHERE = {
    "/account": {"password": "新密码"},
    "/people": {"name": "用户名"},
    "/roster": {"name": "姓名", "first": "起始日期"},
    "/sign-in": {"name": "用户名"},
    "/training": {"kind": "找什么"},
    "/welcome": {"name": "用户名", "password": "新密码"},
}
"""Where a page calls it otherwise: by the beginning of the page's address."""


def labels_of(path: str, fields: Iterable[str]) -> Joined:
    """The fields as the page of this path names them, each once; without those that no page shows."""
    on_this_page = next((labels for place, labels in ELSEWHERE.items() if path.startswith(place)), {})
    shown = (on_this_page.get(field) or LABELS.get(field) for field in fields)
    return Joined(Message(label) for label in dict.fromkeys(shown) if label)
