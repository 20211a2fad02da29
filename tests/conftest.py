"""Fixtures every test may use."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from postgres import Postgres, binaries, running

from callqa.keys import file_sha256
from callqa.settings import AsrSettings, Settings

hypothesis_settings.register_profile("steady", deadline=None)  # a busy machine makes no test fail
hypothesis_settings.load_profile("steady")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of labelled sample calls: manifest.csv, audio/, truth/."""
    return Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own; a test that needs it is slow, and skipped where none is installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with running(programs) as server:
        yield server


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


@pytest.fixture(scope="session")
def made_up_home(tmp_path_factory: pytest.TempPathFactory, script: Path) -> Path:
    """Sixty scored calls, see `made_up`; never changed."""
    from made_up import fill_home  # seconds of imports that most tests do without

    home = tmp_path_factory.mktemp("made_up")
    fill_home(Settings(home=home, asr=AsrSettings(engine="scripted", script=script)))
    return home


@pytest.fixture
def scored(settings: Settings, made_up_home: Path) -> Settings:
    """The settings of a home of its own with those sixty calls."""
    shutil.copytree(made_up_home, settings.home)
    return settings
