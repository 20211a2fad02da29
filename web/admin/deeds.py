"""What people did, in words: the slugs of the audit log."""

from collections.abc import Mapping

from callqa.people import Role

DEEDS: Mapping[str, str] = {
    "signed_in": "登录",
    "signed_out": "退出登录",
    "password_set": "通过一次性链接设置密码",
    "password_changed": "修改密码",
    "account_added": "新建账号",
    "account_changed": "修改账号",
    "link_made": "生成一次性链接",
    "sessions_ended": "结束登录",
    "identity_linked": "关联统一身份认证",
    "identity_unlinked": "解除统一身份认证关联",
}
"""By slug. A slug that is not here is shown as it is."""

ROLES: Mapping[Role, str] = {
    Role.ADMIN: "系统管理员",
    Role.SUPERVISOR: "质检主管",
    Role.INSPECTOR: "质检员",
    Role.TRAINER: "培训师",
    Role.TEAM_LEAD: "班组长",
    Role.AGENT: "坐席",
}

KINDS: Mapping[str, tuple[str, str]] = {
    "account": ("账号", "/people/{}"),
    "call": ("通话", "/calls/{}"),
}
"""Kinds of objects: their name, and the address of one of them."""

FACTS: Mapping[str, str] = {
    "full_name": "姓名",
    "role": "角色",
    "agent_id": "工号",
    "teams": "班组",
    "disabled": "停用",
    "language": "语言",
    "n": "数量",
    "by": "途径",
}
"""What an entry's details are called."""
