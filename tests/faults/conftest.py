"""The fault-injection suite: one oracle, many disturbances."""

import time
from functools import partial
from pathlib import Path

import pytest
from points import POINTS, SEED, STAGES, interruptions, outages, points, shares
from small_calls import Home, Night, Undisturbed, make_night
from steps import count_steps


def pytest_report_header(config: pytest.Config) -> str:
    points, seed = config.getoption("points"), config.getoption("seed")
    return f"faults: --points {points} --seed {seed}; the same again: make torture POINTS={points} SEED={seed}"


def pytest_addoption(parser: pytest.Parser) -> None:
    faults = parser.getgroup("faults")
    faults.addoption("--points", type=int, default=POINTS, help="at how many points runs are killed")
    faults.addoption("--seed", type=int, default=SEED, help="of these points")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    option = metafunc.config.getoption
    n, seed = option("points", POINTS), option("seed", SEED)
    is_long = n > POINTS
    if "point" in metafunc.fixturenames:
        metafunc.parametrize("point", points(n, seed))
    if "share" in metafunc.fixturenames:
        metafunc.parametrize("share", shares(n // 3, seed))
    if "any_stage" in metafunc.fixturenames:
        metafunc.parametrize("any_stage", STAGES if is_long else STAGES[:1])
    if "interruption" in metafunc.fixturenames:
        metafunc.parametrize(("storage", "interruption"), interruptions(is_long), indirect=["storage"])
    if "outage" in metafunc.fixturenames:
        metafunc.parametrize(("storage", "outage"), outages(is_long), indirect=["storage"])


@pytest.fixture(scope="session")
def night(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return make_night(tmp_path_factory.mktemp("night"), samples / "audio" / "D008.wav")


@pytest.fixture
def home(tmp_path: Path, night: Night) -> Home:
    return Home(tmp_path / "home", night)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, night: Night) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    home, counted = Home(folder / "home", night), folder / "steps"
    home.callqa("--help")  # so that the first one pays for what all share
    started = time.monotonic()
    ended = home.run(partial(count_steps, counted))
    seconds = time.monotonic() - started
    assert ended.status == 0, ended.output
    return Undisturbed(home.kept(), int(counted.read_text()), seconds)
