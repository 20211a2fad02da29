"""Runs on the sample calls with the scripted engine: everything is real except what the engine hears."""

import json
import shutil
from pathlib import Path

import pytest
from made_up import fill_home
from typed import Typed, typed_in

from callqa.keys import file_sha256
from callqa.settings import AsrSettings, Settings


@pytest.fixture(scope="session")
def script(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the scripted engine says: the truth of the sample calls."""
    lines = {}
    for truth_file in (samples / "truth").glob("*.json"):
        truth = json.loads(truth_file.read_text(encoding="utf-8"))
        (audio,) = (samples / "audio").glob(f"{truth['call_id']}.*")
        stereo = truth["channel_layout"] == "stereo"
        with audio.open("rb") as file:
            lines[file_sha256(file)] = [
                {
                    "channel": int(stereo and turn["speaker"] == "citizen"),
                    "start": turn["start"],
                    "end": turn["end"],
                    "text": turn["text"],
                }
                for turn in truth["turns"]
            ]
    path = tmp_path_factory.mktemp("script") / "script.json"
    path.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def settings(tmp_path: Path, script: Path) -> Settings:
    return Settings(home=tmp_path / "home", asr=AsrSettings(engine="scripted", script=script))


@pytest.fixture
def few(tmp_path: Path, samples: Path) -> Path:
    """A manifest of the two shortest sample calls, one stereo and one mono."""
    header, *lines = (samples / "manifest.csv").read_text(encoding="utf-8").splitlines()
    kept = [line.replace("audio/", f"{samples}/audio/") for line in lines if line.startswith(("D019", "D036"))]
    manifest = tmp_path / "few.csv"
    manifest.write_text("\n".join([header, *kept]), encoding="utf-8")
    return manifest


@pytest.fixture(scope="session")
def made_up_home(tmp_path_factory: pytest.TempPathFactory, script: Path) -> Path:
    """Sixty scored calls, see `made_up`; never changed."""
    home = tmp_path_factory.mktemp("made_up")
    fill_home(Settings(home=home, asr=AsrSettings(engine="scripted", script=script)))
    return home


@pytest.fixture
def scored(settings: Settings, made_up_home: Path) -> Settings:
    """The settings of a home of its own with those sixty calls."""
    shutil.copytree(made_up_home, settings.home)
    return settings


@pytest.fixture
def typed(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types commands in that home."""
    return typed_in(scored, monkeypatch)
