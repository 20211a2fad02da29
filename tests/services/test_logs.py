"""Logs have ids in them and nothing personal, whoever writes them and in whatever format."""

import json
import logging
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from nights import night_of
from prefect.settings import PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW, temporary_settings

from callqa.errors import ConfigError, StoreError
from callqa.settings import Settings
from callqa.settings.upkeep import LogSettings
from flows.stages import STAGES
from services.upkeep.logs import HIDDEN, hidden, start_logging

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
NO_MODEL = ("ask", "opinion", "summary")  # stages that nothing is done in without a language model
PERSONAL = ("王小明", "13912345678", "139 1234 5678", "310115198001011234", "浦东新区晨晖路88号", "我要投诉")


Written = Callable[[], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What was logged since it was asked last; afterwards logging is as it was."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    hooks = sys.excepthook, threading.excepthook
    handlers, level = root.handlers[:], root.level
    with temporary_settings({PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore"}):  # no run is under way
        yield lambda: capsys.readouterr().err
    sys.excepthook, threading.excepthook = hooks
    logging.setLogRecordFactory(factory)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written: Written) -> list[dict[str, object]]:
    return [json.loads(line) for line in written().splitlines()]


def plant() -> None:
    """Somebody's words in all the places where a program may put them."""
    for name in ("uvicorn.error", "prefect.flow_runs", "sqlalchemy.engine", "httpx", "py.warnings", "somebody.else"):
        logger = logging.getLogger(name)
        for text in PERSONAL:
            logger.error(text)
            logger.error("failed on %s", text)
            logger.error("failed on %(who)s", {"who": text})
            logger.error(f"GET /search?q={text.encode()!r}", extra={"color_message": text})
            logger.error("%r", ValueError(text))
            try:
                raise KeyError(text) from ValueError(text)
            except KeyError:
                logger.exception("it broke: %s", text)
    for name in ("callqa.desk", "flows.stages", "qa_models.run"):
        try:
            raise KeyError(PERSONAL[0]) from ValueError(PERSONAL[1])
        except KeyError:
            logging.getLogger(name).exception("call %s failed", "20261124-0017")


@pytest.mark.parametrize("form", ["json", "text"])
def test_nothing_personal_gets_through(written: Written, form: str) -> None:
    uvicorn.Config("web.app:desk_app", log_config=None).configure_logging()
    start_logging(LogSettings(format=form, level="info"))  # type: ignore[arg-type]
    plant()
    lines = written()
    assert lines.count("failed on") >= 6 * len(PERSONAL)
    assert "20261124-0017" in lines, "ids are there"
    assert "test_logs.py" in lines, "and so is where it broke"
    for text in PERSONAL:
        assert text not in lines
        assert text not in lines.encode().decode("unicode_escape", errors="ignore")
    assert not set("王明浦晨诉") & set(lines)


def test_other_handlers_get_the_clean_record_too(written: Written) -> None:
    """Prefect sends its records to its server; these are as clean."""
    start_logging(LogSettings())
    sent: list[str] = []

    class Sending(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            sent.append(logging.Formatter().format(record))

    logger, handler = logging.getLogger("prefect.task_runs"), Sending()
    logger.addHandler(handler)
    try:
        raise ValueError(PERSONAL[0])
    except ValueError:
        logger.exception("phone %s", PERSONAL[1])
    finally:
        logger.removeHandler(handler)
    (last,) = sent
    assert last.startswith(f"phone {HIDDEN}\nbuiltins.ValueError\n")


def test_what_callqa_refuses_within_a_flow_is_told_without_the_places_in_the_program(written: Written) -> None:
    start_logging(LogSettings())
    for error in (StoreError("run.taken_over"), RuntimeError()):
        try:
            raise error
        except type(error):
            logging.getLogger("prefect.flow_runs").exception("Encountered exception during execution: %r", error)
    refusal, _, fault = written().partition("Encountered exception during execution: RuntimeError")
    assert "another run took over while this one was not heard of" in refusal
    assert "test_logs.py" not in refusal
    assert "test_logs.py" in fault


def test_a_line_is_one_object(written: Written) -> None:
    start_logging(LogSettings(format="json", level="info"))
    start_logging(LogSettings(format="json", level="info"))  # once more makes nothing twice
    logging.getLogger("flows.runner").info("stage ended", extra={"run": 17, "stage": "check", "done": 5})
    logging.getLogger("flows.runner").debug("not asked for")
    try:
        raise StoreError("the database is busy")
    except StoreError:
        logging.getLogger("callqa.desk").exception("GET %s", "/calls")
    first, second = lines(written)
    assert {
        "level": "info",
        "logger": "flows.runner",
        "event": "stage ended",
        "run": 17,
        "done": 5,
    }.items() <= first.items()
    assert second["error"][0] == "callqa.errors.StoreError: the database is busy"  # type: ignore[index]


@pytest.mark.parametrize(
    "package", tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
)
def test_each_package_of_ours_logs_at_the_level_of_the_settings_and_what_is_beside_its_words(
    written: Written, package: str
) -> None:
    start_logging(LogSettings(format="json", level="info"))
    logging.getLogger(f"{package}.module").info("part %s ended", "20261124-0017", extra={"done": 5})
    (line,) = lines(written)
    assert {"event": "part 20261124-0017 ended", "done": 5}.items() <= line.items()


def test_what_ends_a_thread_unexpectedly_is_told_without_its_text(written: Written) -> None:
    start_logging(LogSettings(format="json"))
    thread = threading.Thread(target=int, args=[PERSONAL[0]])
    thread.start()
    thread.join()
    (line,) = lines(written)
    assert (line["event"], line["level"]) == ("unexpected error", "critical")
    assert line["error"][0] == "builtins.ValueError"  # type: ignore[index]


BREAKS = """
import sys
from callqa.errors import StoreError
from callqa.settings.upkeep import LogSettings
from cli import main as cli
from services.upkeep.logs import start_logging

def breaks():
    start_logging(LogSettings(format=sys.argv.pop()))
    raise {error}

cli.app = breaks
cli.main()
"""


@pytest.mark.parametrize(
    ("error", "form", "told"),
    [
        ("StoreError('the database is busy')", "text", "callqa: the database is busy"),
        ("StoreError('the database is busy')", "json", '"event": "the database is busy"'),
        ("KeyError('王小明')", "text", "builtins.KeyError"),
        ("KeyError('王小明')", "json", '"event": "unexpected error"'),
    ],
)
def test_how_a_command_ends_is_told_in_the_form_of_the_log_and_quotes_nobody(error: str, form: str, told: str) -> None:
    command = [sys.executable, "-c", BREAKS.format(error=error), form]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C"})
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "王" not in ended.stderr
    if form == "json":
        (line,) = map(json.loads, ended.stderr.splitlines())
        assert line["level"] in ("error", "critical")


@pytest.mark.slow  # a whole night
def test_a_run_tells_of_each_stage_when_it_ends(settings: Settings, few: Path, written: Written) -> None:
    start_logging(LogSettings(format="json", level="info"))
    night_of(settings, few)
    with pytest.raises(ConfigError):
        night_of(settings, few.with_name("elsewhere.csv"))
    events = [(line["event"], line.get("stage")) for line in lines(written)]
    stages = [("stage ended", stage) for stage in ("ingest", *STAGES) if stage not in NO_MODEL]
    broken = [("run started", None), ("run broke off", None)]
    assert events == [("run started", None), *stages, ("run ended", None), *broken]


@pytest.mark.slow
def test_prefect_cannot_take_it_back(written: Written) -> None:
    import prefect.logging.configuration as prefects

    start_logging(LogSettings(format="json"))
    prefects.setup_logging()  # as it does when a flow begins
    start_logging(LogSettings(format="json"))
    logging.getLogger("prefect.client").warning("Flow run for %s", PERSONAL[0])
    (line,) = lines(written)
    assert line["event"] == f"Flow run for {HIDDEN}"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("listening on 127.0.0.1:8012", "listening on 127.0.0.1:8012"),
        ("run 17 took 123.456 s", "run 17 took 123.456 s"),
        ("2026-11-25 01:00 worker 4711 exited", "2026-11-25 01:00 worker 4711 exited"),
        ("/search?q=%E7%8E%8B&page=2", f"/search?q={HIDDEN}&page=2"),
        (r"{'name': '\u738b'}", f"{{'name': '{HIDDEN}'}}"),
        ("caller 139-1234-5678!", f"caller {HIDDEN}!"),
        ("姓名: １３９", f"{HIDDEN}: {HIDDEN}"),
    ],
)
def test_what_is_hidden(text: str, clean: str) -> None:
    assert hidden(text) == clean


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1), st.text())
def test_no_chinese_is_left(spoken: str, around: str) -> None:
    assert not set(spoken) & set(hidden(around + spoken + around))
