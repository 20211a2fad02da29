"""Material for lessons in the browser: found, collected, noted, exported."""

import io
import re
import zipfile

import pytest
from browsing import Browser, SignIn

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
    trainer.post(f"{at}/note", text="<b>这里</b>", order=2)
    page = trainer.json(f"{at}.json")
    assert page["head"]["note"] == "注意等待前的告知"
    assert page["clips"][1]["note"] == "<b>这里</b>"
    assert "<b>这里</b>" not in trainer.get(at).text
    trainer.post(f"{at}/remove", order=1)
    assert len(trainer.json(f"{at}.json")["clips"]) == 2
    trainer.post(f"{at}/remove")
    assert trainer.get(at).status_code == 404


@pytest.mark.parametrize("clip", [{}, {"order": 1}], ids=["playlist", "clip"])
def test_a_masked_note_does_not_replace_what_it_stands_for(sign_in: SignIn, clip: dict[str, int]) -> None:
    trainer, boss = sign_in("trainer"), sign_in("supervisor")
    at = collected(trainer)

    def note(browser: Browser) -> str:
        page = browser.json(f"{at}.json")
        return str(page["clips"][0]["note"] if clip else page["head"]["note"])

    personal_note = "回访 13798604521，注意语气"
    boss.post(f"{at}/note", text=personal_note, **clip)
    masked = note(trainer)
    assert "13798604521" not in masked
    trainer.post(f"{at}/note", text=masked, **clip)
    assert note(boss) == personal_note, "nothing was changed"
    trainer.post(f"{at}/note", text=f"{masked}，并复述", **clip)
    assert "星号会盖掉原文" in trainer.get(at).text
    assert note(boss) == personal_note
    trainer.post(f"{at}/note", text="注意语气", **clip)
    assert note(boss) == "注意语气"
    trainer.post(f"{at}/note", text="评分 *** 三星", **clip)
    assert note(boss) == "评分 *** 三星", "asterisks of one's own"


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
