"""Material for lessons in the browser: found, collected, noted, exported."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from browsing import Browser, SignIn
from sample_calls import put_sample
from test_call_actions import say

from callqa.clock import exact_clock
from web.access.tokens import form_token
from web.desk import Desk

ITEM = "hold_notice"


def found(browser: Browser, kind: str = "worst") -> list[dict[str, object]]:
    return browser.json(f"/training.json?item={ITEM}&kind={kind}&month=2026-11")["found"]


def collected(browser: Browser, n: int = 3) -> str:
    pks = [row["call_pk"] for row in found(browser)][:n]
    return browser.post("/training/playlists", playlist="第一课", item=ITEM, call=pks).headers["location"]


def test_examples_are_found_and_collected(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    rows = found(trainer)
    assert rows
    assert {row["verdict"] for row in rows} == {"violated"}
    at = collected(trainer)
    page = trainer.json(f"{at}.json")
    assert [clip["call_id"] for clip in page["clips"]] == [row["call_id"] for row in rows[:3]]
    assert trainer.get(at).status_code == 200
    assert collected(trainer) == at
    assert trainer.json("/training/playlists.json")["rows"][0]["n_clips"] == 3, "the same clip is there once"


def test_notes_and_removal(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    at = collected(trainer)
    trainer.post(f"{at}/note", text="注意等待前的告知")
    trainer.post(f"{at}/clip", order=2, note="<b>这里</b>")
    page = trainer.json(f"{at}.json")
    assert page["head"]["note"] == "注意等待前的告知"
    assert page["clips"][1]["note"] == "<b>这里</b>"
    assert "<b>这里</b>" not in trainer.get(at).text
    trainer.post(f"{at}/remove", order=1)
    assert len(trainer.json(f"{at}.json")["clips"]) == 2
    trainer.post(f"{at}/remove")
    assert trainer.get(at).status_code == 404


@pytest.mark.parametrize("field", ["head", "note", "question", "answer"])
def test_a_masked_text_does_not_replace_what_it_stands_for(sign_in: SignIn, field: str) -> None:
    trainer, boss = sign_in("trainer"), sign_in("supervisor")
    at = collected(trainer)

    def text(browser: Browser) -> str:
        page = browser.json(f"{at}.json")
        return str(page["head"]["note"] if field == "head" else page["clips"][0][field])

    def write(browser: Browser, new: str) -> None:
        if field == "head":
            browser.post(f"{at}/note", text=new)
        else:
            browser.post(f"{at}/clip", order=1, **{field: new})

    personal = "回访 13798604521，注意语气"
    write(boss, personal)
    masked = text(trainer)
    assert "13798604521" not in masked
    write(trainer, masked)
    assert text(boss) == personal, "nothing was changed"
    write(trainer, f"{masked}，并复述")
    assert "星号会盖掉原文" in trainer.get(at).text
    assert text(boss) == personal
    write(trainer, "注意语气")
    assert text(boss) == "注意语气"
    write(trainer, "评分 *** 三星")
    assert text(boss) == "评分 *** 三星", "asterisks of one's own"


def test_trainers_read_no_personal_data_and_inspectors_do(sign_in: SignIn) -> None:
    """The citizen's name is in the quote of the item that it proves."""
    trainer, boss = sign_in("trainer"), sign_in("supervisor")
    for item in ("elements_asked", "location_match", "name_match"):
        at = f"/training.json?item={item}&kind=best&month=2026-11&n=50"
        masked = " ".join(row["quote"] for row in trainer.json(at)["found"])
        assert not re.search(r"张杨路500号|我姓王", masked)
        assert len(trainer.json(at)["found"]) == len(boss.json(at)["found"])


def test_an_export_is_a_zip_with_its_sheet(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    answer = trainer.post(f"{collected(trainer)}/export", anonymous="yes")
    assert answer.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert not [name for name in names if name.startswith(".")]
    assert {"playlist.csv", "playlist.xlsx"} <= set(names), (
        "the recordings of synthetic calls are missing; the sheet says so"
    )


def test_clips_are_put_in_order(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    at = collected(trainer)
    first, second, third = [clip["call_id"] for clip in trainer.json(f"{at}.json")["clips"]]
    moves = {(1, 3): [second, third, first], (3, 1): [first, second, third], (2, 2): [first, second, third]}
    for (order, to), expected in moves.items():
        assert trainer.post(f"{at}/move", order=order, to=to).headers["location"] == f"{at}#clip-{to}"
        assert [clip["call_id"] for clip in trainer.json(f"{at}.json")["clips"]] == expected
    for order, to in ((4, 1), (1, 4)):
        assert trainer.post(f"{at}/move", order=order, to=to).status_code == 422


def test_a_moment_of_a_call_goes_into_a_playlist(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    trainer = sign_in("trainer")
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    form = trainer.json(f"/training/clip.json?call={pk}&at=40")
    clip = form["clip"]
    assert clip["start"] < 40 < clip["end"]
    assert (clip["item_id"], clip["verdict"]) == ("", None)
    assert len(clip["turns"]) >= 2
    fields = {"call": pk, "playlist": "第一课", "start": "0:38.5", "end": "0:50", "note": "听语气"}
    at = trainer.post("/training/clips", **fields).headers["location"]
    (added,) = trainer.json(f"{at}.json")["clips"]
    assert (added["start"], added["end"], added["note"]) == (38.5, 50.0, "听语气")
    again = trainer.client.post(
        "/training/clips", data={"csrf": form_token(trainer.token), **fields}, headers={"HX-Request": "true"}
    )
    assert again.status_code == 204, "scripts stay on their page"
    assert "toast" in again.headers["hx-trigger"]
    assert len(trainer.json(f"{at}.json")["clips"]) == 1
    assert trainer.json(f"/training/clip.json?call={pk}")["playlists"] == ["第一课"]
    for wrong in ({"start": "99:00", "end": "99:10"}, {"start": "soon"}, {"playlist": " "}, {"item": "nonsense"}):
        assert trainer.post("/training/clips", **fields | wrong).status_code == 422, wrong
    assert trainer.get("/training/clip?call=99999").status_code == 404


def test_times_and_questions_of_a_clip_are_changed(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    at = collected(trainer)
    before = trainer.json(f"{at}.json")["clips"][0]
    shown, later = exact_clock(before["start"]), str(before["start"] + 2)
    trainer.post(f"{at}/clip", order=1, start=shown, end=later, question="哪里不对？", answer="没有告知")
    after = trainer.json(f"{at}.json")["clips"][0]
    assert after["start"] == before["start"], "what was shown is rounded, and changes nothing"
    assert (after["end"], after["question"], after["answer"]) == (before["start"] + 2, "哪里不对？", "没有告知")
    assert trainer.post(f"{at}/clip", order=1, start="0:09", end="0:08").status_code == 422


def test_an_overturned_verdict_is_no_example_any_more(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    trainer, inspector = sign_in("trainer"), sign_in("inspector")
    pk, item = put_sample(desk.rubric_set[0], samples, "D028"), "closing"
    trainer.post("/training/clips", call=pk, item=item, playlist="第一课")
    (clip,) = trainer.json("/training/playlists/1.json")["clips"]
    other = {"met": "violated", "violated": "met"}[clip["verdict"]]
    say(inspector, pk, item, "override", verdict=other, reason="听错了")
    assert trainer.json("/training/playlists/1.json")["clips"][0]["now"] == other
    assert "导出时略过" in trainer.get("/training/playlists/1").text
    assert trainer.post("/training/playlists/1/export", kind="html").status_code == 422, "nothing is left to export"
    for kind in ("best", "worst"):
        calls = [row["call_pk"] for row in trainer.json(f"/training.json?item={item}&kind={kind}&n=50")["found"]]
        assert pk not in calls
    trainer.post("/training/playlists/1/verdict", order=1)
    (clip,) = trainer.json("/training/playlists/1.json")["clips"]
    assert (clip["verdict"], clip["now"], clip["reason"]) == (other, None, "听错了")
    assert trainer.post("/training/playlists/1/export", kind="html").status_code == 200


def test_nothing_is_ticked_beforehand(sign_in: SignIn) -> None:
    page = sign_in("trainer").get(f"/training?item={ITEM}&kind=worst&month=2026-11").text
    assert page.count('name="call"') > 2
    assert "checked" not in page


def test_wordings_are_counted(sign_in: SignIn) -> None:
    groups = sign_in("trainer").json("/training/wordings.json?month=2026-11")["groups"]
    assert any(row["n_calls"] >= 2 for group in groups for row in group["rows"])


def test_what_does_not_fit_is_refused(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    assert trainer.post("/training/playlists", playlist="x", item=ITEM).status_code == 422
    assert trainer.post("/training/playlists", playlist=" ", item=ITEM, call=[1]).status_code == 422
    assert trainer.post("/training/playlists", playlist="x", item="nonsense", call=[1]).status_code == 422
    assert trainer.get("/training?item=nonsense").status_code == 200
    assert trainer.get("/training?month=2026-11';--").status_code == 400
