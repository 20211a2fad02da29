"""Words of notices, as the desk and messages say them."""

from collections.abc import Mapping

from callqa.notices import NoticeKind

KIND_WORDS: Mapping[NoticeKind, str] = {
    "emergency": "紧急情况未引导，待确认",
    "night": "夜间任务异常",
    "held": "得分暂缓发布，待决定",
    "appeal": "申诉即将或已经到期，待处理",
    "assigned": "分派给我的通话，待复核",
    "undelivered": "通知发送不出去",
}
