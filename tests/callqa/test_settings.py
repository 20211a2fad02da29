"""Settings: where they come from, and what is said of a wrong one."""

from pathlib import Path

import pytest

from callqa.errors import ConfigError
from callqa.settings import load_settings
from callqa.settings.section import REMOVED


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_command_line_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "callqa.toml").write_text('rubric = "file"\ntimezone = "UTC"\n[asr]\nmodel = "file"\n')
    monkeypatch.setenv("CALLQA_RUBRIC", "environment")
    monkeypatch.setenv("CALLQA_ASR__DEVICE", "cpu")
    settings = load_settings(timezone="Asia/Tokyo")
    assert (settings.timezone, settings.rubric, settings.asr.model, settings.asr.device) == (
        "Asia/Tokyo", "environment", "file", "cpu",
    )  # fmt: skip


def test_files_of_keys_may_lie_in_ones_own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/callqa")
    (tmp_path / "callqa.toml").write_text(
        'encryption.key_file = "~/keys"\nretention.key_file = "~/erasure.key"\nretention.originals = ["~/calls"]\n'
    )
    settings = load_settings()
    home = Path("/home/callqa")
    assert (settings.encryption.key_file, settings.retention.key_file) == (home / "keys", home / "erasure.key")
    assert settings.retention.originals == (home / "calls",)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("rubrik = 'x'", r"rubrik: unknown field; did you mean 'rubric'\? allowed: home, "),
        ("[alerts.webhooks]\nurl = 'https://example.org'", "alerts.webhooks: write .*in double brackets"),
        ("[alerts]\nbegun_by = 06:00:00\nended_by = 02:00:00", "alerts: ended_by comes before begun_by"),
        ("[alerts]\nbegun_by = 02:00:00\nended_by = 23:00:00", "in a night that is told from 18:00 on"),
        ("[asr]\nengine = 'siri'", "asr.engine: Input should be 'faster-whisper'"),
        ("[flow]\nworkers = 0", "flow.workers: Input should be greater than or equal to 1"),
        ("timezone = 'Pudong'", "timezone: .*no time zone"),
        ("[ingest]\nrecording_name = '{id}.wav'", "ingest.recording_name: .*call_id"),
        ("[ingest.columns]\nagent = ['x']", "ingest.columns: .*unknown fields agent; known are call_id"),
        (
            "[flow]\nrunner = 'ray'",
            "flow.runner: .*'ray' runs nothing; write threads, processes, dask, or tls://HOST:8786",
        ),
        ("[flow]\nrunner = 'tls://dask'", "flow.runner: .*tls://HOST:8786"),
        ("[flow]\nrunner = 'tls://dask:8786'", "SQLite is a file of one; set database_url to a PostgreSQL server"),
        ("rubric = ", "callqa.toml is not valid TOML"),
    ],
)
def test_wrong_setting_is_named(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "callqa.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_settings()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (
            b"[asr\n",
            "不是有效的 TOML（应为不带字节顺序标记的 UTF-8）：第 1 行第 5 列附近格式有误，请检查引号、括号和等号",
        ),
        (b"rubric = ", "不是有效的 TOML（应为不带字节顺序标记的 UTF-8）：文件末尾不完整，请检查引号和括号"),
        (b"rubric = '\xc6\xd6'", "不是 UTF-8 文本；请存为不带字节顺序标记的 UTF-8"),
    ],
)
def test_the_chinese_tells_where_a_file_of_settings_is_wrong_and_nothing_of_the_parser(
    tmp_path: Path, toml: bytes, says: str
) -> None:
    (tmp_path / "callqa.toml").write_bytes(toml)
    with pytest.raises(ConfigError) as refused:
        load_settings()
    assert refused.value.with_advice("zh") == f"callqa.toml {says}"


def test_wrong_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_INGEST__COLUMNS", "not json")
    with pytest.raises(ConfigError, match="settings: "):
        load_settings()


@pytest.mark.parametrize(
    ("runner", "scheduler"),
    [
        ("threads", None),
        ("dask", None),
        ("tls://dask.example:8786", "tls://dask.example:8786"),
        ("tcp://[::1]:80",) * 2,
    ],
)
def test_a_scheduler_is_an_address(runner: str, scheduler: str | None) -> None:
    settings = load_settings(flow={"runner": runner}, database_url="postgresql://db.example/callqa")
    assert settings.flow.scheduler == scheduler


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ('"pudong-12345"', ("pudong-12345",)),
        ('"day.yaml, night.yaml"', ("day.yaml", "night.yaml")),
        ('["day.yaml", "night.yaml"]', ("day.yaml", "night.yaml")),
        ("[]", ()),
    ],
)
def test_several_rubrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, names: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "callqa.toml").write_text(f"rubric = {written}\n")
    assert load_settings().rubrics == names
    monkeypatch.setenv("CALLQA_RUBRIC", "one.yaml,two.yaml")
    assert load_settings().rubrics == ("one.yaml", "two.yaml")


@pytest.mark.parametrize("name", REMOVED)
def test_a_setting_that_was_removed_says_what_to_do(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section, _, field = name.partition(".")
    says = f"{name} is no setting any more: {REMOVED[name]} always holds; take it out of callqa.toml"
    with monkeypatch.context() as environment:
        environment.setenv(f"CALLQA_{section}__{field}".upper(), REMOVED[name])
        with pytest.raises(ConfigError, match=says):
            load_settings()
    (tmp_path / "callqa.toml").write_text(f"[{section}]\n{field} = {REMOVED[name]}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_settings()
