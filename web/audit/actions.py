"""The audit log's actions in words, by their slugs. Whoever logs a new one writes its words here."""

from collections.abc import Mapping
from typing import NamedTuple

from callqa.people import Role
from web.access.roles import Permission

AUDIT_ACTIONS: Mapping[str, str] = {
    "signed_in": "登录",
    "signed_out": "退出登录",
    "sign_in_failed": "登录失败",
    "password_set": "通过一次性链接设置密码",
    "password_changed": "修改密码",
    "account_added": "新建账号",
    "account_changed": "修改账号",
    "link_made": "生成一次性链接",
    "sessions_ended": "结束登录",
    "token_made": "生成接口令牌",
    "token_revoked": "吊销接口令牌",
    "api_read": "通过接口读取",
    "recording_pushed": "通过接口提交录音",
    "call_pushed": "通过接口提交通话",
    "identity_linked": "关联统一身份认证",
    "identity_unlinked": "解除统一身份认证关联",
    "page_opened": "打开页面",
    "call_opened": "查看通话",
    "searched": "搜索通话内容",
    "call_reviewed": "提交复核意见",
    "example_taught": "添加样例",
    "example_removed": "撤销样例",
    "model_trained": "从样例学习模型",
    "model_adopted": "启用模型版本",
    "model_rolled_back": "退回模型版本",
    "call_heard": "完成复核",
    "call_recalled": "撤回分派",
    "call_taken": "领取通话",
    "calls_assigned": "分派通话",
    "recording_heard": "收听录音",
    "recording_downloaded": "下载录音",
    "appeal_made": "提出申诉",
    "appeal_decided": "处理申诉",
    "appeal_taken_further": "继续申诉",
    "golden_proposed": "提议加入金标集",
    "golden_agreed": "同意加入金标集",
    "scores_released": "发布暂缓的得分",
    "calibration_opened": "发起校准",
    "calibration_closed": "结束校准",
    "sample_drawn": "抽取样本",
    "clips_added": "片段加入播放单",
    "clip_removed": "片段移出播放单",
    "playlist_removed": "播放单已删除",
    "playlist_exported": "导出播放单",
    "calls_exported": "导出通话列表",
    "draft_tried": "试算评分表",
    "audit_cut": "删除到期的操作记录",
    "backup_made": "备份数据库",
    "backup_restored": "从备份恢复数据库",
    "legal_hold_put": "设置依法保留",
    "legal_hold_released": "解除依法保留",
    "retention_applied": "按保存期限删除",
    "calls_erased": "按市民要求删除",
}
"""By slug. A slug that is not here is shown as it is."""

OPENED = "page_opened"
VIEWS = (OPENED, "call_opened", "recording_heard", "searched", "api_read")
"""What changes nothing, and is most of the log."""

ROLES: Mapping[Role, str] = {
    Role.ADMIN: "系统管理员",
    Role.SUPERVISOR: "质检主管",
    Role.INSPECTOR: "质检员",
    Role.TRAINER: "培训师",
    Role.TEAM_LEAD: "班组长",
    Role.AGENT: "坐席",
}


class Kind(NamedTuple):
    """The kind of thing that actions are about."""

    words: str
    place: str
    """The address of one of them, with {} for its number, or of all."""
    needs: Permission
    """To open it."""


KINDS: Mapping[str, Kind] = {
    "account": Kind("账号", "/people/{}", Permission.PEOPLE),
    "call": Kind("通话", "/calls/{}", Permission.CALLS),
    "run": Kind("运行", "/runs/{}", Permission.RUNS),
    "appeal": Kind("申诉", "/appeals/{}", Permission.APPEALS),
    "sample": Kind("抽检", "/samples/{}", Permission.SAMPLING),
    "playlist": Kind("培训", "/training/playlists/{}", Permission.TRAINING),
    "calibration": Kind("校准", "/calibration", Permission.CALIBRATE),
    "legal_hold": Kind("依法保留", "/calls", Permission.CALLS),
    "removal": Kind("删除记录", "/audit", Permission.AUDIT),
    "rubric": Kind("评分表", "/rubrics", Permission.RUBRICS),
    "overview": Kind("总览", "/", Permission.SIGNED_IN),
    "agent": Kind("坐席", "/agents", Permission.FIGURES),
    "team": Kind("班组", "/teams", Permission.FIGURES),
    "queue": Kind("复核队列", "/queue", Permission.REVIEW),
    "example": Kind("样例", "/examples", Permission.REVIEW),
    "audit": Kind("操作记录", "/audit", Permission.AUDIT),
}

PAGES: Mapping[str, str] = {
    "/": "总览",
    "/account": "我的账号",
    "/account/tokens": "接口令牌",
    "/agent": "坐席得分",
    "/agents": "坐席排名",
    "/appeals": "申诉列表",
    "/appeals/{}": "申诉 {pk}",
    "/audit": "操作记录",
    "/calibration": "校准列表",
    "/calibration/new": "新的校准",
    "/calibration/session": "一次校准",
    "/calls": "通话列表",
    "/examples": "样例列表",
    "/people": "用户",
    "/people/new": "新建账号",
    "/people/teams": "班组账号",
    "/people/{}": "账号 {pk}",
    "/queue": "复核队列",
    "/queue/load": "复核工作量",
    "/runs": "运行记录",
    "/runs/{}": "运行 {pk}",
    "/samples": "抽检列表",
    "/samples/look": "试抽",
    "/samples/{}": "抽检 {pk}",
    "/search": "搜索通话内容",
    "/team": "班组得分",
    "/teams": "班组比较",
    "/training": "找范例",
    "/training/playlists": "播放单列表",
    "/training/playlists/{}": "播放单 {pk}",
    "/training/wordings": "常见说法",
}
"""What pages are called whose opening is logged, by their addresses, with {} for a number."""

FACTS: Mapping[str, str] = {
    "full_name": "姓名",
    "role": "角色",
    "agent_id": "工号",
    "teams": "班组",
    "disabled": "停用",
    "language": "语言",
    "agent": "坐席",
    "id": "坐席",
    "team": "班组",
    "name": "名称",
    "line": "线路",
    "category": "诉求类别",
    "request_type": "工单类型",
    "first": "起始日期",
    "last": "截止日期",
    "month": "月份",
    "since": "起始日期",
    "until": "截止日期",
    "rubric": "评分表",
    "failed": "不合格",
    "undecided": "待判",
    "low": "最低分",
    "high": "最高分",
    "review": "待复核",
    "fatal": "一票否决",
    "appeal": "申诉",
    "plan": "抽检计划",
    "author": "何人",
    "q": "输入了搜索词",
    "call": "输入了通话编号",
    "n": "数量",
    "by": "途径",
    "item": "项目",
    "scopes": "权限范围",
    "word": "意见",
    "outcome": "结果",
    "calibration": "校准",
    "before": "早于",
    "through": "删至编号",
    "hash": "校验值",
    "hold": "保留编号",
    "audio": "录音",
    "transcripts": "文字",
    "scores": "评分",
    "erased": "整通删除",
    "anonymous": "去标识",
    "copies": "播放副本",
    "originals": "原始录音",
    "originals_left": "未删的原始录音",
    "originals_stuck": "删不掉的原始录音",
    "replaced": "被替换的录音",
    "reports": "报表",
    "audit_entries": "日志",
    "saved_filters": "保存的筛选",
}
"""What an entry's details are called."""
