"""The doctor in real homes: sound ones, broken ones, and with a Prefect server that answers as the real one does."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rich.console import Console
from typed import Typed

from asr.weights import MODEL, on_hand
from callqa.settings import (
    AsrSettings,
    GoldenSettings,
    IngestSettings,
    ReviewSettings,
    SamplingSettings,
    Settings,
)
from callqa.settings.privacy import EncryptionSettings
from services.context import open_context, open_rubric_set
from services.retention.erase import erase
from services.upkeep.checkup import checkup
from services.upkeep.named_files import unusable
from services.upkeep.prefect_home import DEFAULTS, prepare_prefect, schedule_note
from store.calls import write


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Prefect server of somebody else's is asked."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")


def level_of(settings: Settings, area: str) -> list[tuple[str, str]]:
    return [
        (diagnosis.level, diagnosis.as_dict()["found"])
        for diagnosis in checkup(settings)
        if diagnosis.area == area and diagnosis.level != "ok"
    ]


def test_a_home_that_is_in_order(scored: Settings) -> None:
    scored.home.chmod(0o700)
    with open_context(scored) as context, context.store.write() as c:
        write.start_run(c, "nightly", context.keys)
    areas = {diagnosis.area for diagnosis in checkup(scored)}
    assert areas == {"environment", "weights", "database", "disk", "clock", "permissions", "prefect", "settings"}
    assert level_of(scored, "permissions") == []
    assert level_of(scored, "database") == []


def test_it_begins_with_where_the_settings_come_from(
    scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(next(checkup(scored)).found) == (
        f"no {tmp_path}/callqa.toml, so CALLQA_* variables and defaults; home {scored.home}"
    )
    (tmp_path / "callqa.toml").touch()
    assert str(next(checkup(scored)).found) == f"{tmp_path}/callqa.toml; home {scored.home}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_broken_home(scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "callqa.toml").write_text('[desk]\nmetrics_token = "x"\n', encoding="utf-8")
    (tmp_path / "callqa.toml").chmod(0o644)
    scored.home.chmod(0o755)
    database = Path(scored.database.removeprefix("sqlite:///"))
    with database.open("r+b") as file:
        file.write(b"no database at all, whatever it was")
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / MODEL).write_bytes(b"half a model")
    broken = scored.model_copy(update={"asr": AsrSettings(weights=weights)})
    diagnoses = {(diagnosis.area, diagnosis.level): diagnosis for diagnosis in checkup(broken)}
    assert "file is not a database" in str(diagnoses["database", "fail"].found)
    assert "callqa restore BACKUP --force" in str(diagnoses["database", "fail"].fix)
    assert "config.json, tokenizer.json, vocabulary.txt missing" in str(diagnoses["weights", "fail"].found)
    assert str(diagnoses["permissions", "fail"].fix) == f"chmod 700 {scored.home}"
    assert str(diagnoses["permissions", "warn"].fix) == "chmod 600 callqa.toml"
    assert "no answer from http://127.0.0.1:1/api" in str(diagnoses["prefect", "fail"].found)
    assert all(diagnosis.fix for diagnosis in diagnoses.values() if diagnosis.level != "ok")


@pytest.mark.parametrize(
    ("toml", "secret"),
    [
        ('[encryption]\nkey = "5555"', True),
        ('encryption.key = "5555"', True),
        ('[encryption]\nkey = ""\nkey_file = "/etc/callqa/keys"', False),  # says where it is, not what
        ('[desk.oidc]\nclient_secret = "x"', True),
        ('[[alerts.webhooks]]\nurl = "https://example.org/robot?key=x"', True),
        ('[asr]\napi_key = "x"', True),
        ('database_url = "postgresql+psycopg://callqa:x@db/callqa"', True),
        ('# metrics_token = "x"\nrubric = "pudong-12345"', False),
    ],
)
def test_settings_with_a_secret_in_them_are_their_owners(
    scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str, secret: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    scored.home.chmod(0o700)
    (tmp_path / "callqa.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "callqa.toml").chmod(0o644)
    expected = [("warn", "other users can read callqa.toml, which holds secrets")] if secret else []
    assert level_of(scored, "permissions") == expected


def test_files_of_keys_are_their_owners(scored: Settings, tmp_path: Path) -> None:
    scored.home.chmod(0o700)
    key = tmp_path / "sealing"
    key.write_text("5" * 64)
    encrypted = scored.model_copy(update={"encryption": EncryptionSettings(key_file=key)})
    key.chmod(0o640)
    assert level_of(encrypted, "permissions") == [("warn", f"other users can read {key}, which holds secrets")]
    key.chmod(0o600)
    assert level_of(encrypted, "permissions") == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rubric": "none.yaml"}, "none.yaml"),
        ({"checks": (Path("none.yaml"),)}, "none.yaml"),
        ({"encryption": EncryptionSettings(key_file=Path("none"))}, "encryption.key_file cannot be read"),
        ({"asr": AsrSettings(hotwords=Path("none.txt"))}, "asr.hotwords: none.txt cannot be read"),
        ({"ingest": IngestSettings(roster=Path("none.csv"))}, "roster none.csv"),
        ({"review": ReviewSettings(rules=Path("none.yaml"))}, "none.yaml"),
        ({"review": ReviewSettings(holidays=(Path("none.yaml"),))}, "none.yaml"),
        ({"golden": GoldenSettings(floors=Path("floors.yaml"))}, "floor for 'openning'"),
        ({"sampling": SamplingSettings(plans=("wekly",))}, "no plan is called 'wekly'"),
    ],
)
def test_what_would_end_a_night_at_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "floors.yaml").write_text("items: {openning: 0.9}\n", encoding="utf-8")
    (why,) = unusable(settings.model_copy(update=changes))
    assert told in why.with_advice("en")


def test_a_key_of_erasures_that_is_not_there(scored: Settings) -> None:
    with open_rubric_set(scored) as rubric_set:
        erase(rubric_set, "13912345678", "os:root", "by letter", datetime.now(UTC), Console(quiet=True))
    assert not any("erased" in text for _, text in level_of(scored, "settings"))
    (scored.home / "erasure.key").unlink()
    assert ("fail", True) in [(level, "erased calls" in text) for level, text in level_of(scored, "settings")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_somebody_else(scored: Settings) -> None:
    scored.home.chmod(0o700)
    os.chown(scored.database.removeprefix("sqlite:///"), 12345, 12345)
    ((level, text),) = level_of(scored, "permissions")
    assert level == "warn"
    assert "callqa.db" in text


def test_what_a_killed_restore_left_is_told(scored: Settings) -> None:
    (scored.home / ".restoring-a1").mkdir(mode=0o700)
    leftovers = [diagnosis for diagnosis in checkup(scored) if ".restoring-a1" in str(diagnosis.found)]
    assert [(diagnosis.level, str(diagnosis.fix)) for diagnosis in leftovers] == [
        ("warn", f"unless a restore is at work: rm -r {scored.home / '.restoring-a1'}")
    ]


def test_what_the_command_prints_and_how_it_ends(typed: Typed) -> None:
    result = typed("doctor", "--json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["level"]) == (1, "fail")  # the scripted engine is for tests
    assert {"area", "level", "found", "fix"} == set(answer["checks"][0])
    shown = typed("doctor").output
    assert "fail settings    asr.engine = scripted hears nothing" in shown
    assert "-> asr.engine = faster-whisper" in shown


def test_settings_that_cannot_be_read_are_a_complaint(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_TIMEZON", "Asia/Shanghai")
    result = typed("doctor")
    assert result.exit_code == 1
    assert "CALLQA_TIMEZON is no setting; did you mean 'CALLQA_TIMEZONE'" in result.output


@contextmanager
def prefect_server(answers: dict[str, Any]) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(True)

        def do_POST(self) -> None:
            wanted = json.loads(self.rfile.read(int(self.headers["content-length"])))
            what = self.path.split("/")[2]
            if what == "flow_runs":
                what = "late" if "name" in wanted["flow_runs"]["state"] else "ended"
            self._answer(answers.get(what, []))

        def _answer(self, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()


SERVED = {"deployments": [{"id": "1", "schedules": [{"active": True}]}]}


@pytest.mark.parametrize(
    ("answers", "complaints"),
    [
        ({}, []),
        ({"deployments": [{"id": "1", "schedules": [{"active": False}]}]}, []),
        (SERVED, []),
        (SERVED | {"late": [{}]}, [("fail", "nightly runs that are late: 1; nobody works them off")]),
        (SERVED | {"ended": [{"state_type": "CRASHED"}]}, [("warn", "the last nightly run ended as CRASHED")]),
    ],
)
def test_a_prefect_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], complaints: list[tuple[str, str]]
) -> None:
    with prefect_server(answers) as url:
        monkeypatch.setenv("PREFECT_API_URL", url)
        assert level_of(settings, "prefect") == complaints


def test_a_schedule_that_is_not_at_work_is_missed_at_its_own_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL")
    schedule_note(settings.home).parent.mkdir(parents=True)
    assert level_of(settings, "prefect") == [], "a timer's nights leave the folder, too"
    with prefect_server({}) as url:
        schedule_note(settings.home).write_text(url, encoding="utf-8")
        assert level_of(settings, "prefect") == [("fail", f"callqa schedule is not at work: {url} has no schedule")]
    ((level, text),) = level_of(settings, "prefect")
    assert (level, text) == ("fail", f"callqa schedule is not at work: no answer from {url}")


def test_prefects_home_lies_in_a_home_of_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_HOME", *DEFAULTS):
        monkeypatch.setenv(name, "as it is")
    home = tmp_path / "not" / "yet"
    prepare_prefect(home)
    assert {folder.stat().st_mode & 0o777 for folder in (home.parent, home, home / "prefect")} == {0o700}


def test_weights_are_looked_at_where_they_would_be_found(tmp_path: Path) -> None:
    nowhere = on_hand(AsrSettings(model="tiny"), cache=tmp_path)
    assert str(nowhere.problem).startswith("not there")
    assert "set asr.weights to a folder" in str(nowhere.advice)
    mine = tmp_path / "mine"
    mine.mkdir()
    assert str(on_hand(AsrSettings(model=str(mine))).problem) == "neither a known model nor a folder with model.bin"
    (mine / MODEL).write_bytes(b"x")
    weights = on_hand(AsrSettings(model=str(mine)))
    assert (str(weights.where), weights.problem) == (str(mine), None)
