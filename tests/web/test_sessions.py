"""Sessions, methods, hosts and ranges: what somebody tries who knows the web well."""

from pathlib import Path

import pytest
from browsing import AGENT, SignIn
from fastapi import FastAPI
from routes import filled, routes
from sample_calls import put_sample
from starlette.testclient import TestClient
from test_appeal_pages import contest

from callqa.keys import content_key
from callqa.people import Role
from callqa.settings import Settings
from callqa.settings.desk import DeskSettings
from store.people import accounts, sign_ins
from web.access import passwords
from web.access.tokens import SESSION, VISITOR, form_token, token_hash
from web.app import create_app
from web.appeals import routes as pages
from web.desk import Desk

METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "OPTIONS", "HEAD", "PROPFIND")
PASSWORD = "correct horse battery"


def test_only_get_and_post_are_answered(app: FastAPI, sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    headers = {"x-csrf-token": form_token(boss.token)}
    for route, _, _ in routes(app):
        for method in METHODS:
            answer = boss.client.request(method, filled(route.path), headers=headers)
            assert answer.status_code == 405, f"{method} {route.path}"
            assert answer.headers["x-frame-options"] == "DENY"
    for name in ("x-http-method-override", "x-method-override", "x-http-method"):
        answer = boss.get("/sign-out", **{name: "POST"})
        assert answer.status_code == 405
    assert boss.get("/about?_method=DELETE").status_code == 200


def test_a_session_is_not_chosen_by_others(guest: TestClient, desk: Desk) -> None:
    """A token that was there before signing in is worth nothing afterwards; the database knows hashes only."""
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount("wang", "王", Role.INSPECTOR), desk.now())
        accounts.set_password_hash(c, account.pk, passwords.hash_new(PASSWORD, "wang"))
    guest.cookies.set(SESSION, "chosen")
    guest.get("/sign-in")
    form = {"csrf": form_token(guest.cookies[VISITOR]), "name": "wang", "password": PASSWORD}
    answer = guest.post("/sign-in", data=form)
    token = answer.cookies[SESSION]
    assert token != "chosen"
    with desk.store.read() as c:
        assert sign_ins.find_session(c, token_hash("chosen"), desk.now(), desk.idle) is None
        assert sign_ins.find_session(c, token, desk.now(), desk.idle) is None, "the token itself is not what is stored"
        assert sign_ins.find_session(c, token_hash(token), desk.now(), desk.idle) is not None


def test_another_sessions_form_token_is_refused(sign_in: SignIn) -> None:
    first, second = sign_in("inspector"), sign_in("inspector")
    assert first.token != second.token
    answer = first.client.post("/account/sessions/end-others", data={"csrf": form_token(second.token)})
    assert answer.status_code == 403
    assert "请重新打开这一页再试" in answer.text, "the role is not to blame"


def test_https_binds_cookies_to_it(scored: Settings, desk: Desk, guest: TestClient) -> None:
    https_settings = scored.model_copy(update={"desk": DeskSettings(public_url="https://qa.example")})
    desk.settings = https_settings
    with TestClient(create_app(https_settings, desk), follow_redirects=False, base_url="https://qa.example") as client:
        answer = client.get("/sign-in")
        cookie = answer.headers["set-cookie"].lower()
        assert "secure" in cookie
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert answer.headers["strict-transport-security"]


def test_roles_and_teams_change_at_once(sign_in: SignIn, desk: Desk) -> None:
    inspector = sign_in("inspector")
    assert inspector.get("/queue").status_code == 200
    with desk.store.write() as c:
        accounts.change_account(c, inspector.account.pk, role=Role.TRAINER)
    assert inspector.get("/queue").status_code == 403
    assert inspector.get("/training").status_code == 200
    sign_in("admin").post(f"/people/{inspector.account.pk}/disable")
    assert inspector.get("/about").status_code == 303


def test_nobody_promotes_themselves(sign_in: SignIn, desk: Desk) -> None:
    agent = sign_in("agent")
    more = {"role": "admin", "agent_id": "3000", "teams": "A组", "disabled": "0", "pk": "1", "full_name": "x"}
    agent.post("/language", lang="en", **more)
    agent.post("/account/password", password=PASSWORD, again=PASSWORD, **more)
    agent.post("/account/unlink", **more)
    assert agent.post(f"/people/{agent.account.pk}", **more).status_code == 403
    with desk.store.read() as c:
        now = accounts.account_of(c, agent.account.pk)
    assert now is not None
    assert (now.role, now.agent_id, now.teams, now.full_name) == (Role.AGENT, AGENT, (), "Agent")


def test_a_foreign_host_is_not_believed(guest: TestClient, sign_in: SignIn) -> None:
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    for path in ("/about", "/sign-in", "/calls/1", "/nothing"):
        answer = guest.get(path, headers=evil)
        assert "evil.example" not in answer.text + answer.headers.get("location", "")
    boss = sign_in("supervisor")
    answer = boss.get("/about", **evil)
    assert "evil.example" not in answer.text


def test_a_page_that_is_out_of_date_speaks_for_no_other_stage(
    sign_in: SignIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two leads look at an appeal; the one decides after the other did, before that is seen."""
    pk, _, _ = contest(desk)
    first, second = sign_in("team_lead"), sign_in("team_lead", "other", teams=("B组",))
    real, seen = pages._page, {}
    monkeypatch.setattr(pages, "_page", lambda context, pk: seen.setdefault(context.who.name, real(context, pk)))
    assert second.json(f"/appeals/{pk}.json")["choices"]
    assert first.post(f"/appeals/{pk}/decide", outcome="forward", reason="x").status_code == 303
    assert second.post(f"/appeals/{pk}/decide", outcome="accept", reason="x", verdict="met").status_code == 422
    monkeypatch.undo()
    assert second.post(f"/appeals/{pk}/decide", outcome="accept", reason="x").status_code == 403
    assert first.json(f"/appeals/{pk}.json")["row"]["status"] == "open"


def test_admins_hear_and_read_no_citizen(desk: Desk, sign_in: SignIn, samples: Path) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    admin = sign_in("admin")
    for path in (f"/calls/{pk}", f"/calls/{pk}/audio", f"/calls/{pk}/recording", f"/calls/{pk}/peaks.json", "/calls"):
        assert admin.get(path).status_code == 403
    for path in ("/search?q=停水", "/training", "/queue", "/appeals/1", "/calls/list.csv"):
        assert admin.get(path).status_code == 403


RANGES = (
    "bytes=0-99999999999999999999", "bytes=-99999999999999999999", "bytes=99999999999999-", "bytes=5-1", "bytes=--1",
    "bytes=a-b", "bits=0-1", "bytes=", "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 40_000, 2)),
    "bytes=" + ",".join(["0-"] * 2000), "bytes=" + ",".join(["0-"] * 90),
)  # fmt: skip


def test_ranges_never_give_more_than_the_recording(desk: Desk, sign_in: SignIn, samples: Path) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    inspector = sign_in("inspector")
    whole = inspector.get(f"/calls/{pk}/audio")
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["cache-control"] == "private, no-store"
    for asked in RANGES:
        answer = inspector.get(f"/calls/{pk}/audio", range=asked)
        assert answer.status_code in (200, 206, 400, 416), asked[:40]
        assert len(answer.content) <= len(whole.content) + 100_000, asked[:40]


def test_names_of_recordings_lead_nowhere_else(desk: Desk, sign_in: SignIn, samples: Path, tmp_path: Path) -> None:
    """Whatever the manifest calls a recording, only what was taken in is ever played."""
    link = tmp_path / "link.wav"
    link.symlink_to("/etc/passwd")
    (tmp_path / "other.wav").write_bytes(next((samples / "audio").glob("D036*")).read_bytes())
    inspector = sign_in("inspector")
    names = ("/etc/passwd", "file:///etc/passwd", "../../../../etc/passwd", f"{link}", f"{tmp_path}/other.wav",
             f"{tmp_path}", "/dev/null", "memory://x", "nonsense://x", "", "-")  # fmt: skip
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    for number, name in enumerate(names):
        pk = put_sample(
            desk.rubric_set[0], samples, "D028", call_id=f"odd-{number}-{content_key(name)[:4]}", recording_uri=name
        )
        answer = inspector.get(f"/calls/{pk}/audio")
        assert answer.status_code == 404, name
        assert "root:" not in answer.text
        assert name not in answer.text or not name or name == "-"
    folder = desk.settings.home / "listening"
    assert not folder.exists() or not list(folder.glob("*.wav"))
