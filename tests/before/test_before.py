"""A store that was written before is worked with as it was: nothing is done again, and everybody is told the same.

What was changed on purpose stands in `differences.CHANGED`.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from adopted import adopted, engine_of_before
from asked import ASK
from differences import CHANGED, Differences
from manifest_of_before import write_manifest
from old_home import Home
from recorder import answers, commands, exports, routes, stored_keys, typed

from asr import describe_engine
from callqa.settings import AsrSettings

Record = dict[str, Any]
STAGE = re.compile(r"^(transcribe|check|score|index) +(.*)$", re.MULTILINE)
HEAR_NOTHING = {"ASR__MAX_HOURS": "0.000001"}
"""A night that wants to hear calls again fails at once; it need not take minutes to do so."""
ENGINE_CHANGED = {"asr_version": 6, "foreign": "51a42d4982e4cfc1", "repair": "643d5437104296e2"}
"""What an engine of today is described by, and the one of before was not."""
IDLE = dict.fromkeys(("transcribe", "check", "score", "index"), "nothing to do")


def test_every_command_is_there_with_its_options(before: Record, differences: Differences) -> None:
    """New options, and arguments that may be left out, may have come."""
    now = commands()
    for name, was in before["commands"].items():
        found = now.get(name)
        kept = found and {
            "options": sorted({*was["options"]} & {*found["options"]}),
            "arguments": _without_new(was["arguments"], found["arguments"]),
        }
        assert differences.between(was, kept or {}, f"commands/{name}") == []


def _without_new(before: list[bool], now: list[bool]) -> list[bool]:
    """Arguments by whether they are required; whoever typed some can still type them."""
    return before if len(now) >= len(before) and sum(now) <= sum(before) else now


def test_every_route_is_there(home: Home, before: Record, differences: Differences) -> None:
    was, now = dict.fromkeys(before["routes"], ""), dict.fromkeys(routes(home), "")
    assert len(was) > 100
    assert differences.between(was, now, "routes") == []


@pytest.mark.parametrize("name", ASK)
def test_everybody_is_told_the_same(name: str, home: Home, before: Record, differences: Differences) -> None:
    """The data of pages, which is all that stands on them, and the refusals. New fields may have come."""
    was = before["answers"][name]
    assert sum(not isinstance(answer, int) for answer in was.values()) > 30
    assert differences.between(was, answers(home, name), f"answers/{name}") == []


def test_commands_print_the_same(home: Home, before: Record, differences: Differences) -> None:
    assert differences.between(before["typed"], typed(home), "typed") == []


def test_exports_are_the_same(home: Home, before: Record, differences: Differences, tmp_path: Path) -> None:
    assert differences.between(before["exports"], exports(home, tmp_path), "exports", exactly=True) == []


def test_a_night_finds_nothing_to_do(
    home: Home, before: Record, differences: Differences, samples: Path, tmp_path: Path
) -> None:
    """Its calls are known again, too."""
    manifest, roster = write_manifest(tmp_path, samples)
    told = home.typed("run", str(manifest), INGEST__ROSTER=str(roster), **HEAR_NOTHING)
    assert differences.between(IDLE, dict(STAGE.findall(told)), "night") == []
    assert "0 new, 6 known, 0 replaced, 2 refused" in told
    assert differences.between(_sorted(adopted(before["keys"])), _sorted(stored_keys(home)), "night/keys") == []
    with closing(sqlite3.connect(home.folder / "callqa.db")) as c:
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_night_decides_anew_without_hearing_again(home_as_left: Home) -> None:
    """Checks that decide better have other keys than the findings of before; what was transcribed stays."""
    told = dict(STAGE.findall(home_as_left.typed("run", **HEAR_NOTHING)))
    assert told["transcribe"] == "nothing to do"
    assert told["check"] != "nothing to do"
    told = dict(STAGE.findall(home_as_left.typed("run", **HEAR_NOTHING)))
    assert told["check"] == told["score"] == "nothing to do"


def _sorted(keys: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: sorted(rows) for name, rows in keys.items()}


def test_an_engine_changes_on_purpose() -> None:
    """All that may change a transcript, but what stands here, is as it was; else a night would hear a year again."""
    before, today = engine_of_before(), describe_engine(AsrSettings())
    changed = {name: today.get(name) for name in before.keys() | today.keys() if before.get(name) != today.get(name)}
    assert changed == ENGINE_CHANGED


def test_recordings_are_found(home: Home) -> None:
    with home.desk() as desk:
        boss = desk.sign_in("wangli")
        assert {boss.get(f"/calls/5/{name}").status_code for name in ("audio", "recording", "peaks.json")} == {200}


def test_people_go_on(home: Home) -> None:
    """Where they were: an appeal is decided, an answer is given, a word is taken back, and scores follow."""
    with home.desk() as desk:
        inspector, boss = desk.sign_in("lina"), desk.sign_in("wangli")
        inspector.post("/appeals/1/decide", outcome="accept", reason="确认地址，不算抢话", verdict="met")
        inspector.post("/calls/2/verdict", item="closing", action="withdraw")
        boss.post("/calibration/answer", name="十二月校准", number=1, item="opening", verdict="met")
        boss.post("/calibration/close", name="十二月校准")
        assert inspector.get("/appeals/1.json").json()["row"]["status"] == "accepted"
        assert boss.get("/calibration/session.json?name=十二月校准").json()["outcome"]
    assert "intact" in home.typed("audit", "verify")
    assert dict(STAGE.findall(home.typed("run", **HEAR_NOTHING)))["transcribe"] == "nothing to do"


def test_every_change_that_is_told_is_one(home: Home, before: Record, tmp_path: Path) -> None:
    """Looked at by itself, so that it does not matter which tests ran before it, and in which process."""
    differences = Differences()
    parts: dict[str, Callable[[], Any]] = {
        "commands": commands,
        "routes": lambda: dict.fromkeys(routes(home), ""),
        "answers": lambda: {name: answers(home, name) for name in ASK},
        "typed": lambda: typed(home),
        "exports": lambda: exports(home, tmp_path),
    }
    was = before | {"routes": dict.fromkeys(before["routes"], "")}
    for part in {place.partition("/")[0] for place in CHANGED}:
        differences.between(was[part], parts[part](), part, exactly=part == "exports")
    assert differences.met == {*CHANGED}
