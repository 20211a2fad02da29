"""Nights on a PostgreSQL server leave what nights on SQLite leave."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nights import done, night_of
from postgres import PASSWORD, Postgres
from rows import rows
from synthetic import fill_home
from typed import typed_in

from callqa.settings import Settings

pytestmark = [
    pytest.mark.slow,  # a server and whole nights
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),  # of the home that the server's is compared with
]


@pytest.fixture
def on_server(settings: Settings, tmp_path: Path, postgres: Postgres) -> Iterator[Settings]:
    with postgres.database() as name:
        yield settings.model_copy(update={"home": tmp_path / "server", "database_url": postgres.url(name)})


def test_a_night_leaves_the_same_rows_and_a_second_one_does_nothing(
    settings: Settings, on_server: Settings, few: Path
) -> None:
    night_of(settings, few)
    assert done(night_of(on_server, few)) == {"transcribe": (2, 0), "check": (2, 0), "score": (2, 0), "index": (2, 0)}
    assert rows(on_server) == rows(settings)
    assert done(night_of(on_server, few)) == {"transcribe": (0, 0), "check": (0, 0), "score": (0, 0), "index": (0, 0)}
    assert rows(on_server) == rows(settings)


COMMANDS = [
    "figures",
    "figures --by team --per week",
    "figures --by category --trend",
    "figures --rank",
    "show call-0001",
    "review override call-0001 opening 合格 --by 王丽 --reason 他报了工号",
    "review history call-0001",
    "appeal submit call-0010 opening --by 3004 --reason 说了您好",
    "appeal list",
    "queue assign --to 王丽 --to 李明:2 --by 主管",
    "queue list",
    "queue load",
    "queue done call-0040 --by 王丽",
    "sample draw weekly --period 2026-W46 --seed 1 --by 主管",
    "sample list",
    "sample show weekly 2026-W46",
    "golden add call-0002 opening 合格 --by 王丽",
    "golden list",
    "trust update",
    "picks opening --period 2026-11",
    "card 3005",
    "wordings opening",
    "playlist add 开头语 call-0004 opening --by 王丽",
    "playlist show 开头语",
    "calibrate open 2026-11 --calls call-0005 --reviewers 王丽,李明 --by 主管",
    "calibrate list",
    "export --format csv --format json",
    "rubric show",
    "failures",
]
WHEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|(?<=anchor \d:)[0-9a-f]{64}")  # something was done, and its hash


def test_commands_say_the_same(scored: Settings, on_server: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_home(on_server)
    homes = (scored, on_server)
    for command in COMMANDS:
        plain, server = (typed_in(home, monkeypatch)(*command.split()) for home in homes)
        assert (plain.exit_code, server.exit_code) == (0, 0), (command, plain.exception, server.exception)
        told, expected = (
            WHEN.sub("WHEN", result.output.replace(str(home.home), "HOME"))
            for home, result in zip(homes, (plain, server), strict=True)
        )
        assert told == expected, command
        assert PASSWORD not in told
