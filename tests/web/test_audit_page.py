"""The audit log as supervisors and administrators read it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import Browser, SignIn

from callqa.messages import catalogue
from callqa.people import AuditEntry, Role
from services.audit.watch import LogWatch
from store.people import audit
from web.audit.actions import AUDIT_ACTIONS, FACTS, KINDS, PAGES, ROLES, VIEWS
from web.desk import Desk

NIGHT = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # half an hour before midnight in Shanghai
WEB = Path(__file__).parent.parent.parent / "web"


@pytest.fixture
def entries(desk: Desk) -> list[AuditEntry]:
    made = [
        AuditEntry(NIGHT, "os:root", "", "account_added", "account", 1, "wang", "", {"role": "agent"}),
        AuditEntry(NIGHT + timedelta(minutes=29), "wang", "agent", "signed_in", "account", 1, "wang", "10.0.0.1"),
        AuditEntry(NIGHT + timedelta(minutes=30), "li", "admin", "account_changed", "account", 1, "wang", "10.0.0.2",
                   {"disabled": True, "teams": ["早班", "夜班"], "agent_id": None}),
        AuditEntry(NIGHT + timedelta(hours=2), "wang", "agent", "call_reviewed", "call", 7, "T7", "10.0.0.1",
                   {"word": "override"}),
    ]  # fmt: skip
    with desk.store.write() as c:
        audit.put_audit(c, *made)
    return made


@pytest.fixture
def admin(sign_in: SignIn) -> Browser:
    return sign_in(Role.ADMIN)


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", [3, 2, 1, 0]),
        ("?author=&action=&kind=&first=&last=&pk=", [3, 2, 1, 0]),  # as an empty form sends it
        ("?author=wang", [3, 1]),
        ("?author= wang ", [3, 1]),
        ("?action=account_added", [0]),
        ("?kind=account&pk=1", [2, 1, 0]),
        ("?kind=account&pk=2", []),
        ("?first=2026-11-25", [3, 2]),  # the local day
        ("?last=2026-11-24", [1, 0]),
        ("?first=2026-11-24&last=2026-11-24", [1, 0]),
        ("?first=2026-11-26", []),
        ("?author=' OR 1=1 --", []),
    ],
)
def test_filters(admin: Browser, entries: list[AuditEntry], query: str, which: list[int]) -> None:
    shown = [entry["at"] for entry in admin.json(f"/audit.json{query}")["deeds"]]  # type: ignore[index]
    assert [datetime.fromisoformat(at) for at in shown] == [entries[n].at for n in which]
    assert admin.get(f"/audit{query}").status_code == 200


@pytest.mark.parametrize("query", ["first=yesterday", "last=9999-12-31", "before=x", "pk=99999999999999999999"])
def test_what_no_form_of_ours_sends(admin: Browser, query: str) -> None:
    assert admin.get(f"/audit?{query}").status_code == 400


def test_entries_are_told_in_words(admin: Browser, entries: list[AuditEntry]) -> None:
    page = admin.get("/audit").text
    assert "2026-11-24 23:30" in page
    for words in (
        "新建账号",
        "修改账号",
        "登录",
        "os:root",
        "10.0.0.2",
        "早班、夜班",
        "系统管理员",
        '<a href="/people/1">wang</a>',
    ):
        assert words in page
    assert "意见</span> 改判" in page
    changed = admin.json("/audit.json?action=account_changed")["deeds"][0]  # type: ignore[index]
    assert changed["detail"] == [["停用", "是"], ["班组", "早班、夜班"], ["工号", "–"]]


def test_openings_of_pages_are_told_in_words(desk: Desk, sign_in: SignIn, entries: list[AuditEntry]) -> None:
    asked = {"agent": "3001、3002", "review": "yes", "appeal": "open", "call": True}
    made = [
        AuditEntry(NIGHT, "wang", "trainer", "page_opened", "call", None, "/calls", "", asked),
        AuditEntry(NIGHT, "wang", "trainer", "page_opened", "appeal", 17, "/appeals/17", "", {"by": "JSON"}),
        AuditEntry(NIGHT, "wang", "trainer", "page_opened", "agent", None, "/a-page-of-old", "", {}),
    ]
    with desk.store.write() as c:
        audit.put_audit(c, *made)
    supervisor, reads_english = sign_in("supervisor"), sign_in("supervisor", "boss", language="en")
    shown = supervisor.json("/audit.json?author=wang&action=page_opened")["deeds"]  # type: ignore[index]
    assert [(entry["action"], entry["kind"], entry["object"], entry["href"]) for entry in shown] == [
        ("打开页面", "", "/a-page-of-old", ""),
        ("打开页面", "", "申诉 17", "/appeals/17"),
        ("打开页面", "", "通话列表", ""),
    ]
    assert shown[2]["detail"] == [
        ["坐席", "3001、3002"], ["待复核", "是"], ["申诉", "申诉处理中"], ["输入了通话编号", "是"],
    ]  # fmt: skip
    assert [entry["object"] for entry in reads_english.json("/audit.json?kind=appeal")["deeds"]] == ["Appeal 17"]  # type: ignore[index]
    changes = supervisor.json("/audit.json?author=wang&action=changes")["deeds"]  # type: ignore[index]
    assert [entry["action"] for entry in changes] == ["提交复核意见", "登录"]
    assert '<option value="changes" selected>除查看以外' in supervisor.get("/audit?action=changes").text


def test_only_what_the_reader_may_open_is_a_link(sign_in: SignIn, admin: Browser, entries: list[AuditEntry]) -> None:
    assert 'href="/calls/7"' not in admin.get("/audit").text
    supervisor = sign_in(Role.SUPERVISOR).get("/audit").text
    assert '<a href="/calls/7">T7</a>' in supervisor
    assert 'href="/people/1"' not in supervisor


def test_pages_follow_each_other(desk: Desk, admin: Browser) -> None:
    with desk.store.write() as c:
        audit.put_audit(c, *(AuditEntry(NIGHT, "wang", "agent", "call_opened", "call", n) for n in range(1, 121)))
    seen, path = [], "/audit.json?author=wang"
    while path:
        view = admin.json(path)
        seen += [entry["pk"] for entry in view["deeds"]]  # type: ignore[index]
        path = view["next"].replace("/audit?", "/audit.json?")  # type: ignore[index]
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_what_the_page_says_of_the_log_itself(desk: Desk, admin: Browser, entries: list[AuditEntry]) -> None:
    assert "记录完整" in admin.get("/audit").text
    assert admin.json("/audit.json")["state"]["breaks"] == []  # type: ignore[index]
    with desk.store.write() as c:
        c.exec_driver_sql("UPDATE audit SET author = 'wang' WHERE action = 'account_changed'")
    desk.log_watch = LogWatch()
    page = admin.get("/audit").text
    assert "操作记录被改动过" in page
    assert re.search(r"第 \d+ 条被修改（2026-11-25 00:00）", page)


def test_every_action_and_role_has_its_words() -> None:
    """Whatever the desk writes into the log can be read in it."""
    logged = re.compile(r"""\blog_(?:action|view)\((?:c, )?"(\w+)\"""")
    written = {slug for path in WEB.rglob("*.py") for slug in logged.findall(path.read_text(encoding="utf-8"))}
    assert len(written) >= 5
    assert sorted(written - AUDIT_ACTIONS.keys()) == []
    assert set(VIEWS) <= AUDIT_ACTIONS.keys()
    dictionaries = (AUDIT_ACTIONS, ROLES, FACTS, PAGES)
    words = {
        *(text for dictionary in dictionaries for text in dictionary.values()),
        *(kind.words for kind in KINDS.values()),
    }
    assert sorted(words - {msgid for _, msgid in catalogue("en")}) == []
    assert set(ROLES) == set(Role)
