"""A manifest by a browser: columns proposed, previewed and remembered; rows refused by name."""

import time
from pathlib import Path

import pytest
from browsing import Browser, SignIn
from httpx import Response

from callqa.people import Role
from callqa.settings import IngestSettings
from services.intake.ingest import ingest
from store.calls import uploads
from web.access.tokens import form_token
from web.desk import Desk

FILE = (
    "话务明细,,,\n主键,坐席工号,呼叫开始时间,录音文件\n"
    "N1,3001,2026-11-02 08:00,a.wav\nN1,3001,2026-11-02 08:00,a.wav\n"
    "N2,3001,2026-11-02 08:00,gone.wav\nN3,3001,昨天,a.wav\nN4,3001,2026-11-02 08:00,/etc/passwd\n"
).encode("gb18030")
COLUMNS = ["call_id|主键", "agent_id|坐席工号", "started_at|呼叫开始时间", "recording|录音文件"]


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    """Where the recordings of uploads lie; one is there."""
    (tmp_path / "a.wav").write_bytes(b"sound")
    for context in desk.rubric_set:
        context.settings.__dict__["ingest"] = IngestSettings(recordings=str(tmp_path))
    return tmp_path


def send(browser: Browser, content: bytes = FILE, name: str = "清单.csv") -> Response:
    return browser.client.post("/intake", data={"csrf": form_token(browser.token)}, files={"file": (name, content)})


def done(browser: Browser, here: str) -> str:
    for _ in range(100):
        page = browser.get(here).text
        if "正在入库" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("it was not taken in")


def test_a_manifest_is_looked_at_taken_in_and_remembered(desk: Desk, sign_in: SignIn, folder: Path) -> None:
    browser = sign_in(Role.SUPERVISOR)
    here = send(browser).headers["location"]
    page = browser.get(here).text
    assert "请为标有 * 的内容选择清单中的列" in page
    assert page.count("列名已知") == 3
    look = browser.client.get(here, params={"columns": COLUMNS}).text
    assert "3 行可以读取" in look
    assert "2 行有问题" in look
    browser.post(here, columns=COLUMNS)
    result = done(browser, here)
    assert f"找不到录音 gone.wav（在 {folder} 中找过）" in result
    assert "录音文件名指向录音目录之外" in result
    assert "重复的行" in result
    with desk.store.read() as c:
        report = uploads.upload_of(c, int(here.rpartition("/")[2]))
        assert report is not None
        assert (report.report or {})["new"] == 1
        assert uploads.content_of(c, report.pk) is None, "tickets are not kept in the file, too"
    again = send(browser).headers["location"]
    assert browser.get(again).text.count("已选定") == 4
    path = folder / "again.csv"
    path.write_bytes(FILE)
    report_of_command = ingest(desk.store, desk.rubric_set[0].settings, str(path))
    assert (report_of_command.same, report_of_command.duplicates) == (1, 1), "the command knows the columns, too"


def test_a_file_is_discarded_or_refused_in_words(desk: Desk, sign_in: SignIn, folder: Path) -> None:
    browser = sign_in(Role.SUPERVISOR)
    for content, name, why in ((b"", "a.csv", "没有选择文件"), (b"x", "a.doc", "不认识"), (b"x", "a.xlsx", "不能作为")):
        assert why in browser.get(send(browser, content, name).headers["location"]).text
    here = send(browser).headers["location"]
    assert browser.post(f"{here}/discard").status_code == 303
    assert browser.get(here).status_code == 404
    assert browser.post(here, columns=COLUMNS).status_code == 404


def test_nothing_is_taken_in_while_nobody_has_said_where_recordings_lie(sign_in: SignIn) -> None:
    browser = sign_in(Role.SUPERVISOR)
    here = send(browser).headers["location"]
    response = browser.post(here, columns=COLUMNS)
    assert "还没有设置录音所在的文件夹" in browser.get(response.headers["location"]).text
    assert "上传" in browser.get("/intake").text
