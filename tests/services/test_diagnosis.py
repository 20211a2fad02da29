"""Diagnoses of the doctor from facts."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from callqa.messages import Message
from callqa.settings import AsrSettings, Settings
from callqa.settings.desk import DeskSettings
from callqa.settings.night import TrainSettings
from callqa.settings.privacy import RetentionSettings
from callqa.settings.upkeep import AlertSettings, Webhook
from services.upkeep import diagnosis, reachable
from services.upkeep.diagnosis import Diagnosis, Disk, Place, worst
from services.upkeep.reachable import Prefect
from store.db.health import DatabaseHealth

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
GB = 1 << 30


def said(found: Diagnosis | list[Diagnosis]) -> list[tuple[str, str]]:
    """Level and finding of each; every complaint has its fix."""
    found = [found] if isinstance(found, Diagnosis) else found
    assert all(diagnosis.fix for diagnosis in found if diagnosis.level != "ok")
    return [(diagnosis.level, diagnosis.as_dict()["found"]) for diagnosis in found]


def complains(found: list[Diagnosis], level: str, word: str) -> bool:
    return any(each == level and word in text for each, text in said(found))


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10), "fail"), ((3, 11), "ok"), ((3, 12), "ok"), ((3, 13), "fail"), ((4, 0), "fail")]
)
def test_python(version: tuple[int, int], level: str) -> None:
    assert diagnosis.python(version).level == level


@pytest.mark.parametrize(
    ("required", "tested", "installed", "level", "word"),
    [
        (["httpx>=0.28,<1"], {"httpx": "0.28.1"}, {"httpx": "0.28.1"}, "ok", "1 requirements met"),
        (["Torch==2.13.0"], {"torch": "2.13.0"}, {"torch": "2.13.0+cpu"}, "ok", "as tested"),
        (["httpx>=0.28,<1"], {"httpx": "0.28.1"}, {"httpx": "0.29"}, "warn", "httpx 0.29 (tested 0.28.1)"),
        (["httpx>=0.28,<1"], {"httpx": "0.28.1"}, {"httpx": "1.0"}, "fail", "httpx 1.0, needs <1,>=0.28"),
        (["PyYAML>=6"], {}, {}, "fail", "PyYAML is missing"),
        (["psycopg>=3; extra == 'postgres'"], {"psycopg": "3.2"}, {}, "ok", "as tested"),
        (["a_b>=1"], {"a-b": "1"}, {"a-b": "1"}, "ok", "as tested"),
        (["httpx>=0.28"], None, {"httpx": "0.28"}, "warn", "no constraints.txt"),
    ],
)
def test_packages(required: list[str], tested: dict[str, str] | None, installed, level: str, word: str) -> None:
    ((level_found, text),) = said(list(diagnosis.packages(required, tested, installed)))
    assert level_found == level
    assert word in text


@pytest.mark.parametrize(
    ("free", "database", "n_calls", "busiest", "level"),
    [
        (50 * GB, 0, 0, 0, "ok"),
        (GB // 4, 0, 0, 0, "fail"),  # not even for temporary files
        (50 * GB, 10 * GB, 1_000_000, 100_000, "ok"),  # a night is 1 GB
        (10 * GB, 10 * GB, 1_000_000, 100_000, "warn"),  # for ten nights
        (2 * GB, 10 * GB, 1_000_000, 100_000, "fail"),  # its log takes as much again
        (20 * GB, 10 * GB, 10, 100_000, "ok"),  # too few calls to tell: 10 kB each
        (20 * GB, 0, 1_000_000, 100_000, "ok"),  # a database elsewhere
    ],
)
def test_disk(free: int, database: int, n_calls: int, busiest: int, level: str) -> None:
    assert said(diagnosis.disk(Disk(free, database, n_calls, busiest)))[0][0] == level


@pytest.mark.parametrize(
    ("ahead", "last_run", "levels"),
    [
        (0, None, ["ok"]),
        (0, -3600, ["ok"]),
        (1, None, ["ok"]),
        (-10, None, ["warn"]),
        (31, None, ["fail"]),
        (0, 3600, ["fail"]),
        (60, 3600, ["fail", "fail"]),
    ],
)
def test_clock(ahead: float, last_run: float | None, levels: list[str]) -> None:
    last = None if last_run is None else NOW + timedelta(seconds=last_run)
    diagnoses = list(diagnosis.clock(NOW, timedelta(seconds=ahead), last, "Asia/Shanghai"))
    assert [level for level, _ in said(diagnoses)] == levels


HOME = Place("/home", 0o700, 10, True)


@pytest.mark.parametrize(
    ("home", "within", "user", "levels"),
    [
        (HOME, [], 10, ["ok"]),
        (HOME, [Place("/home/a", 0o644, 10)], 10, ["ok"]),  # nobody else gets to it
        (replace(HOME, mode=0o750), [], 10, ["fail"]),
        (HOME, [Place("/home/a", 0o600, 0)], 10, ["warn"]),
        (HOME, [], 0, ["warn"]),  # root made no file yet, and would
        (replace(HOME, mode=0o755), [Place("/home/a", 0o600, 0)], 10, ["fail", "warn"]),
    ],
)
def test_permissions(home: Place, within: list[Place], user: int, levels: list[str]) -> None:
    assert [level for level, _ in said(list(diagnosis.permissions(home, within, user)))] == levels


def test_a_fix_can_be_typed_as_it_stands() -> None:
    (diagnosis_found,) = diagnosis.permissions(Place("/srv/the home", 0o755, 10, True), [], 10)
    assert str(diagnosis_found.fix) == "chmod 700 '/srv/the home'"


def test_files_with_secrets_are_their_owners() -> None:
    files = [
        Place("callqa.toml", 0o600, 10),
        Place("key", 0o640, 10, group=10),
        Place("/etc/callqa/callqa.toml", 0o640, 0, group=10),  # as docs/scaling.md installs it for the user of callqa
        Place("/etc/callqa/keys", 0o644, 0, group=10),
        Place("/etc/callqa/others", 0o640, 0, group=0),
    ]
    assert [text for _, text in said(list(diagnosis.secrets(files)))] == [
        f"other users can read {path}, which holds secrets"
        for path in ("key", "/etc/callqa/keys", "/etc/callqa/others")
    ]


LAST = NOW - timedelta(hours=8)
SOUND = DatabaseHealth("sqlite", "0003", "0003", "", False, "", 5 << 20, 40, 40, LAST, LAST, timedelta(0))


@pytest.mark.parametrize(
    ("found", "levels", "word"),
    [
        (SOUND, ["ok"], "sqlite, 5 MB, calls: 40"),
        (replace(SOUND, busy=True), ["ok"], "a run is writing"),
        (None, ["warn"], "none yet"),
        (replace(SOUND, schema=None), ["warn"], "none yet"),
        (replace(SOUND, schema="0002"), ["warn", "ok"], "its schema is 0002, this version works with 0003"),
        (replace(SOUND, schema="0004"), ["fail", "ok"], "a newer callqa wrote it (schema 0004)"),
        (replace(SOUND, refused="read-only"), ["fail", "ok"], "nothing can be written: read-only"),
        (replace(SOUND, damage="Page 7: never used"), ["fail", "ok"], "damaged: Page 7"),
        (replace(SOUND, last_night=None), ["warn", "ok"], "no night yet"),
        (replace(SOUND, last_night=NOW - timedelta(hours=40)), ["warn", "ok"], "40 hours ago"),
    ],
)
def test_database(found: DatabaseHealth | None, levels: list[str], word: str) -> None:
    diagnoses = said(list(reachable.database(found, NOW)))
    assert [level for level, _ in diagnoses] == levels
    assert word in diagnoses[0][1]


def test_an_older_schema_is_backed_up_by_the_version_before() -> None:
    old, _ = reachable.database(replace(SOUND, schema="0002"), NOW)
    assert "with the version before" in str(old.fix), "callqa backup brings it up to date, too"


@pytest.mark.parametrize(
    ("found", "level", "word"),
    [
        (Prefect("u"), "ok", "no server at work"),
        (Prefect("u", named=True), "fail", "no answer from u"),
        (Prefect("u", note="n"), "fail", "callqa schedule is not at work"),
        (Prefect("u", named=True, reachable=True), "ok", "a timer has to begin"),  # systemd, a CronJob
        (Prefect("u", note="n", reachable=True), "fail", "u has no schedule"),
        (Prefect("u", named=True, reachable=True, schedules=1, late=2), "fail", "nightly runs that are late: 2"),
        (Prefect("u", reachable=True, schedules=1, last_state="CRASHED"), "warn", "ended as CRASHED"),
        (Prefect("u", reachable=True, schedules=1, last_state="COMPLETED"), "ok", "1 schedule(s) active"),
    ],
)
def test_prefect(found: Prefect, level: str, word: str) -> None:
    ((level_found, text),) = said(list(reachable.prefect(found)))
    assert level_found == level
    assert word in text


TOLD = AlertSettings(webhooks=(Webhook(url="https://example.org/hook"),), begun_by=time(2))  # type: ignore[arg-type]
PUBLIC = DeskSettings(public_url="https://qa.example.org", behind_proxy=True)
CAREFUL = Settings(alerts=TOLD, desk=PUBLIC)


@pytest.mark.parametrize(
    ("changes", "level", "word"),
    [
        ({}, "ok", "nothing risky"),
        ({"desk": DeskSettings()}, "warn", "this machine alone"),
        ({"desk": DeskSettings(host="0.0.0.0")}, "fail", "without https"),
        ({"desk": DeskSettings(host="qa.example.org", public_url="http://qa.example.org")}, "fail", "without https"),
        ({"desk": DeskSettings(public_url="http://qa.example.org")}, "fail", "without https"),
        ({"desk": DeskSettings(public_url="http://127.0.0.1:8012")}, "ok", "nothing risky"),
        ({"desk": DeskSettings(public_url="https://qa.example.org")}, "warn", "desk.behind_proxy is off"),
        ({"retention": RetentionSettings(nightly=True)}, "warn", "nothing is ever removed"),
        ({"retention": RetentionSettings(nightly=True, audio_days=90)}, "ok", "nothing risky"),
        ({"train": TrainSettings(nightly="adopt")}, "warn", "golden.floors is not set"),
        ({"train": TrainSettings(nightly="compare")}, "ok", "nothing risky"),
        ({"asr": AsrSettings(engine="scripted")}, "fail", "for tests"),
        ({"alerts": AlertSettings()}, "warn", "nobody is told when a night fails"),
        ({"alerts": TOLD.model_copy(update={"begun_by": None})}, "warn", "nobody is told when no night begins"),
    ],
)
def test_settings(changes: dict[str, object], level: str, word: str) -> None:
    assert complains(list(reachable.settings(CAREFUL.model_copy(update=changes))), level, word)


@pytest.mark.parametrize(
    ("levels", "level"), [([], "ok"), (["ok", "warn"], "warn"), (["fail", "warn", "ok"], "fail"), (["ok"], "ok")]
)
def test_the_worst_counts(levels: list[str], level: str) -> None:
    assert worst([Diagnosis("a", each, Message("f"), Message("x")) for each in levels]) == level  # type: ignore[arg-type]
