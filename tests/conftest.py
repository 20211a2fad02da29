"""Fixtures every test may use."""

import gc
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings
from memory import folder_in_memory
from postgres import Postgres, binaries, running
from sample_manifest import write_sample_manifest

from callqa.keys import file_sha256
from callqa.settings import AsrSettings, Settings

if TYPE_CHECKING:
    from typed import Typed

    from services.context import RubricContext

os.environ["CALLQA_LANG"] = "en"  # of terminals, whatever the locale of whoever runs the tests
# A busy machine makes no test fail: there are no deadlines.
hypothesis_settings.register_profile("usual", deadline=None, max_examples=30)
hypothesis_settings.register_profile("torture", deadline=None, max_examples=200)
hypothesis_settings.load_profile("usual")

ALL_SLOW = re.compile(r"^pytestmark = (\[\s*)?pytest\.mark\.slow\b", re.MULTILINE)
DATABASES = {"sqlite": ["sqlite"], "postgres": ["postgres"], "both": ["sqlite", "postgres"]}


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "the database of tests that keep something in one; without it, the store's run on both, all others on SQLite"
    parser.addoption("--db", choices=DATABASES, help=told)
    long_forms = "long forms: thousands of damaged files, hours of sound, many more examples of each property"
    parser.addoption("--torture", action="store_true", help=long_forms)


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until everything is imported, for all of it stays
    if memory := folder_in_memory():  # the files of tests wait for no disk; those of tests that pass are deleted
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    if config.getoption("--torture"):
        hypothesis_settings.load_profile("torture")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of a module all of whose tests are slow, not even the imports where no slow tests are wanted."""
    if "not slow" not in config.option.markexpr.split(" and ") or collection_path.suffix != ".py":
        return None
    return ALL_SLOW.search(collection_path.read_text(encoding="utf-8")) is not None or None


def pytest_collection_finish() -> None:
    """Modules and dictionaries stay: looking through them for garbage would cost a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives tests with a home the databases asked for, unless they say which one they are for."""
    asked = metafunc.config.getoption("db")
    chosen = any("database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if asked and "database" in metafunc.fixturenames and not chosen:
        metafunc.parametrize("database", DATABASES[asked], indirect=True)


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what works on a home with calls, puts first what waits much, and leaves out what is for a database that was
    not asked for."""
    for item in items:
        if {"scored", "home"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker("home")
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    asked = DATABASES[config.getoption("db") or "both"]
    unwanted = [item for item in items if not _databases(item) <= {*asked}]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in unwanted]


def _databases(item: pytest.Item) -> set[str]:
    """The kinds that a test is for."""
    given = getattr(item, "callspec", None)
    chosen = {str(value) for value in given.params.values()} if given else set()
    return (chosen | {*getattr(item, "fixturenames", ())}) & {"sqlite", "postgres"}


@pytest.fixture(scope="session", autouse=True)
def _new_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Made by copying, where anything that was collected has to do with a store."""
    if "store.db.engine" not in sys.modules:
        yield
        return
    from migrated import new_databases_copied

    with new_databases_copied(partial(tmp_path_factory.mktemp, "new_database")):
        yield


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that speaks Chinese."""
    monkeypatch.setenv("CALLQA_LANG", "zh")


@pytest.fixture(scope="session")
def torture(request: pytest.FixtureRequest) -> bool:
    """Whether tests that have a long form take it."""
    return bool(request.config.getoption("--torture"))


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
def prefect_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a Prefect server that has made its tables, which takes it longer than to start; made once for all
    workers, and never changed."""
    from prefect_files import made_once

    folder = tmp_path_factory.getbasetemp()
    return made_once((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "prefect")


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
def database(request: pytest.FixtureRequest) -> str:
    """The kind of the home's database."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> Iterator[str]:
    """Of the home's database: empty for the file in the home, which is SQLite's."""
    if database == "sqlite":
        yield ""
        return
    server: Postgres = request.getfixturevalue("postgres")
    filled = "scored" in request.fixturenames
    with server.database(request.getfixturevalue("synthetic_on_server") if filled else "template0") as name:
        yield server.url(name)


@pytest.fixture
def settings(tmp_path: Path, script: Path, database_url: str) -> Settings:
    asr = AsrSettings(engine="scripted", script=script, workers=0)
    return Settings(home=tmp_path / "home", database_url=database_url, asr=asr)


@pytest.fixture(scope="session")
def synthetic_home(tmp_path_factory: pytest.TempPathFactory, script: Path) -> Path:
    """Sixty scored calls, see `tests.helpers.synthetic`; never changed."""
    return _synthetic_home(tmp_path_factory, script)


@pytest.fixture(scope="session")
def synthetic_on_server(tmp_path_factory: pytest.TempPathFactory, script: Path, postgres: Postgres) -> Iterator[str]:
    """The same calls on the server: the name of the database that is copied."""
    with postgres.database() as name:
        _synthetic_home(tmp_path_factory, script, postgres.url(name))
        yield name


def _synthetic_home(folders: pytest.TempPathFactory, script: Path, database_url: str = "") -> Path:
    from synthetic import fill_home  # seconds of imports that most tests do without

    home = folders.mktemp("synthetic")
    fill_home(Settings(home=home, database_url=database_url, asr=AsrSettings(engine="scripted", script=script)))
    return home


@pytest.fixture
def scored(settings: Settings, synthetic_home: Path) -> Settings:
    """The settings of a home of its own with those sixty calls."""
    shutil.copytree(synthetic_home, settings.home)
    if settings.database_url:
        (settings.home / "callqa.db").unlink()  # so that nobody reads it in place of the server
    return settings


@pytest.fixture
def few(tmp_path: Path, samples: Path) -> Path:
    """A manifest of the two shortest sample calls, one stereo and one mono."""
    return write_sample_manifest(tmp_path / "few.csv", samples, "D019", "D036")


@pytest.fixture
def typed(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> "Typed":
    """Types commands in that home."""
    from typed import typed_in  # the whole command line

    return typed_in(scored, monkeypatch)


@pytest.fixture
def rubric_set(scored: Settings) -> "Iterator[tuple[RubricContext, ...]]":
    """The rubric set of that home."""
    from services.context import open_rubric_set

    with open_rubric_set(scored) as rubric_set:
        yield rubric_set
