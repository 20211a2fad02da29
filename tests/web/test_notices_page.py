"""The page of notices and the bell."""

from browsing import SignIn

from callqa.records import Assignment
from store.people import assignments
from web.desk import Desk


def test_what_waits_is_counted_until_it_is_read(desk: Desk, sign_in: SignIn) -> None:
    inspector, other = sign_in("inspector"), sign_in("inspector", "other")
    with desk.store.write() as c:
        given = [Assignment(f"call-{n:04}", "inspector", "review", "boss", desk.now()) for n in (1, 2, 3)]
        assignments.put_assignments(c, given)
    page = inspector.get("/notices").text
    assert "分派给我的通话，待复核" in page
    assert "通知，3 条未读" in page
    assert inspector.json("/notices.json")["n_unread"] == 3  # type: ignore[index]
    assert other.json("/notices.json")["groups"] == []  # type: ignore[index]
    (group,) = inspector.json("/notices.json")["groups"]  # type: ignore[index]
    first = group["rows"][0]["pk"]
    opened = inspector.post(f"/notices/{first}/open")
    assert opened.status_code == 303
    assert inspector.get(opened.headers["location"]).status_code == 200
    assert "通知，2 条未读" in inspector.get("/queue").text
    assert other.post(f"/notices/{first}/open").status_code == 404, "another's notice is nobody's business"
    inspector.post("/notices/read")
    assert "条未读" not in inspector.get("/queue").text
