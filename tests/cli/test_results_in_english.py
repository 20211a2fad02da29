"""Results in an English terminal: nothing is Chinese but what is data. In both languages tables stand straight."""

import re
from collections.abc import Iterator
from itertools import groupby

import pytest
from own_plan import MONDAY
from people import told
from rich.cells import cell_len
from synthetic import CATEGORIES, SAID, TYPES

from callqa.settings import Settings
from services.context import RubricContext, open_context
from store.calls import read
from store.people import assignments, calibration

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
BORDERS = "│┃├┌└┏┡"
CALIBRATION = ("calibrate", "open", "november", "--by", "boss", "--reviewers", "wang,li", "--items", "opening,closing")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.sample._now", lambda: MONDAY)


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CALLQA_LANG", request.param)
    return str(request.param)


def commands(context: RubricContext) -> Iterator[str]:
    """As a hotline types them in a month, all that shows calls, scores or people."""
    with context.store.read() as c:
        rows = sorted(read.scores(c, context.keys), key=lambda row: row.call_id)
    titles = list(context.rubric.titles)
    opening = titles.index("opening")
    failed, other = (row for row in [row for row in rows if row.verdicts[opening] == "V"][:2])
    unsure = next(row for row in rows if "U" in row.verdicts)
    fatal = next(item for item in context.rubric.items if item.fatal).id
    own = f"--by {failed.agent_id} --reason said"
    yield from ("report", "figures", "figures --rank", "figures --case-mix", "figures --by team --per week")
    yield from (
        "figures --trend --per week",
        "figures --by category",
        "figures --since 2027-01-01",
        "failures",
        "release",
    )
    yield from ("queue list --limit 3", "queue load", "queue assign --by boss --to wang --limit 5", "queue load")
    yield from (
        "queue recall --by boss --reviewer wang",
        "queue assign --by boss --to wang --limit 3",
        "queue list --reviewer wang",
    )
    yield f"queue done {held_by(context, 'wang')} --by wang"
    yield f"appeal submit {failed.call_id} opening {own}"
    yield f"appeal submit {other.call_id} opening --by {other.agent_id} --reason said"
    yield from ("appeal list", "appeal overdue --on 2030-01-01", f"show {failed.call_id}")
    yield "appeal decide 1 reject --by lead --reason no"
    yield f"appeal further 1 {own}"
    yield "appeal decide 1 accept --by inspector --reason heard --stage qa"
    yield from ("appeal show 1", "appeal list", f"show {failed.call_id}", f"show {unsure.call_id}")
    yield f"review override {other.call_id} {fatal} violated --by wang --reason heard"
    yield f"review manual {other.call_id} kindness --points 3 --by wang --reason kind"
    yield f"review withdraw {other.call_id} kindness --by wang"
    yield from (f"review history {other.call_id}", f"show {other.call_id}", f"review history {rows[-1].call_id}")
    yield from ("sample list", "sample check weekly", "sample draw weekly --dry-run", "sample draw weekly --by boss")
    yield from ("sample draw weekly --by boss", "sample list", "sample show weekly 2026-W47")
    yield from ("sample assign weekly 2026-W47 --to li --by boss", "sample assign weekly 2026-W47 --to li --by boss")
    yield f"queue done {held_by(context, 'li')} --by li"
    yield "sample estimate weekly 2026-W47"
    yield from ("calibrate list", f"{' '.join(CALIBRATION)} --sample 3 --period 2026-11", "calibrate list")
    for n, reviewer in enumerate(("wang", "li")):
        for call_id in session_calls(context):
            for item in ("opening", "closing"):
                yield f"calibrate answer november {call_id} {item} {('met', 'violated')[n]} --by {reviewer}"
    yield f"show {next(iter(session_calls(context)))}"
    yield from ("calibrate close november --by boss", "calibrate list", "calibrate report november")
    yield from ("golden list", f"golden add {other.call_id} opening met --by wang", "golden list", "golden check")
    yield f"golden drop {other.call_id} --by wang"
    yield from ("trust", "trust update", "picks opening", "picks opening --kind worst --save lesson", "wordings")
    yield from (
        f"card {failed.agent_id}",
        f"card {failed.agent_id} --save lesson",
        "playlist list",
        "playlist show lesson",
    )
    yield from (
        "playlist note lesson listen",
        "playlist show lesson",
        "playlist remove lesson 1",
        "playlist remove lesson --all",
    )
    yield from (
        "playlist list",
        "search 您好",
        "search 停水 --who citizen --spelled",
        "search call-0001",
        "search 火星",
    )
    yield from ("rubric show", "rubric check pudong-12345", "rubric diff pudong-12345 pudong-12345")


def held_by(context: RubricContext, reviewer: str) -> str:
    """One of the calls that somebody was asked to hear."""
    with context.store.read() as c:
        return assignments.open_assignments(c, reviewer)[0].assignment.call_id


def session_calls(context: RubricContext) -> tuple[str, ...]:
    with context.store.read() as c:
        return tuple(calibration.session(c, "november").calls)


def data(context: RubricContext) -> str:
    """What is Chinese in any terminal: words of the rubric and the plan, teams, categories, tickets, what was said."""
    rubric = context.rubric
    words = [rubric.title, *rubric.titles.values(), *(group.title for group in rubric.groups), *CATEGORIES, *TYPES]
    words += [item.note for item in rubric.items]
    words += [text for _, text in SAID]
    words += [right for check in context.checks.values() if check.spec.help for right in check.spec.help.say.values()]
    return " ".join([*words, "A组 B组", "王女士", "每周抽检", "投诉举报", "您好 停水 火星"])


def test_results_of_every_command(scored: Settings, language: str) -> None:
    with open_context(scored) as context:
        known = data(context)
        for command in commands(context):
            output = told(scored, *command.split())
            assert output.strip(), command
            assert crooked(output) == [], command
            if language == "en":
                foreign = [run for run in CHINESE.findall(output) if run not in known]
                assert foreign == [], f"{command}\n{output}"
            else:
                assert CHINESE.search(output), command


def crooked(output: str) -> list[str]:
    """Lines of tables that are wider or narrower than the table."""
    lines = []
    for is_table, rows in groupby(output.splitlines(), key=lambda line: line.startswith(tuple(BORDERS))):
        shown = list(rows)
        lines += [line for line in shown if is_table and cell_len(line) != cell_len(shown[0])]
    return lines
