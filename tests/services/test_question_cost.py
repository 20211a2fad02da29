"""Cost of questions to a language model in a plan: by lengths, and by what stored answers took."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from asked_rubric import SCOLDS_ITEM, SOOTHES, SOOTHES_ITEM, asking_settings
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from callqa.settings import JudgeSettings, Settings
from callqa.types import JudgeAnswer, Verdict
from cli.main import app
from qa_models import load_checks
from scoring import load_rubric_set
from services.capacity.plan import Workload
from services.capacity.questions import (
    UNSURE_SHARE,
    AskedQuestion,
    WantedOpinions,
    asked_questions,
    cost,
    question_cost,
)
from services.context import open_context
from store.calls import read

SCOLDS_OFTEN = """\
- id: scolds
  kind: any
  title: 不训斥市民
  params:
    of:
      - {kind: ask, params: {question: 坐席有没有训斥市民, expect: absent, samples: 3}}
      - soothes
"""
NIGHT = Workload(calls=3000, minutes=1.9, window=8)
QUESTIONS = (AskedQuestion("问" * 100, 1),) * 22


@pytest.fixture
def asking(settings: Settings, tmp_path: Path) -> Settings:
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy")
    return asking_settings(settings, tmp_path, judge, SOOTHES + SCOLDS_OFTEN, SOOTHES_ITEM, SCOLDS_ITEM)


def test_each_question_counts_once_with_its_samples(asking: Settings) -> None:
    """Also where it stands within another check, or in two of them."""
    library = load_checks(*asking.checks)
    questions = asked_questions([entry.rubric for entry in load_rubric_set(asking.rubrics, library)], library)
    assert [question.samples for question in questions] == [1, 3]
    assert "坐席有没有训斥市民" in questions[1].text


def test_an_estimate_is_near_what_was_measured() -> None:
    """As docs/judge.md tells: 57 million tokens to read, 9 million with a prefix cache."""
    needed = cost(NIGHT, QUESTIONS, (), 1, 8192)
    assert needed.tokens_in == pytest.approx(57e6, rel=0.15)
    assert needed.tokens_in_cached == pytest.approx(9e6, rel=0.3)
    assert (needed.questions, needed.measured, needed.hours) == (22, 0, None)


def test_stored_answers_tell_better() -> None:
    known = [JudgeAnswer("k", tokens_in=1000, tokens_out=50, seconds=4.0)] * 3 + [JudgeAnswer("k", seconds=2.0)]
    needed = cost(Workload(calls=900, minutes=3, window=8), QUESTIONS[:2], known, 2, 8192)
    assert (needed.measured, needed.tokens_in, needed.tokens_out) == (3, 1_800_000, 90_000)
    assert needed.hours == pytest.approx(900 * 2 * 3.5 / 2 / 3600)


@given(st.floats(0.1, 300), st.integers(1, 40), st.integers(2048, 32768))
def test_a_cache_never_costs_and_longer_calls_never_cost_less(minutes: float, n: int, context: int) -> None:
    questions = (AskedQuestion("问" * 80, 1),) * n
    needed = cost(Workload(100, minutes, 8), questions, (), 1, context)
    longer = cost(Workload(100, 2 * minutes, 8), questions, (), 1, context)
    assert 0 < needed.tokens_in_cached <= needed.tokens_in <= longer.tokens_in


def test_nothing_is_counted_without_a_model_or_a_question(asking: Settings, settings: Settings) -> None:
    assert question_cost(asking.model_copy(update={"judge": JudgeSettings()}), NIGHT) is None
    assert question_cost(settings.model_copy(update={"judge": asking.judge}), NIGHT) is None


def test_second_opinions_are_counted_as_often_as_findings_are_unsure(scored: Settings) -> None:
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy", second_opinion="attitude, opening")
    planned = question_cost(scored.model_copy(update={"judge": judge}), NIGHT)
    assert planned is not None
    with open_context(scored) as context, context.store.read() as c:
        unsure = [
            finding.verdict is Verdict.UNSURE
            for stored in read.findings(c, range(1, 61), context.keys)
            for finding in stored.findings
            if finding.check_id in ("attitude", "opening")
        ]
    assert (planned.questions, planned.opinions) == (0, pytest.approx(2 * sum(unsure) / len(unsure)))
    assert 0 < planned.tokens_in_cached <= planned.tokens_in


def test_before_there_are_findings_opinions_are_estimated(settings: Settings) -> None:
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy", second_opinion="attitude, opening")
    planned = question_cost(settings.model_copy(update={"judge": judge}), NIGHT)
    assert planned is not None
    assert planned.opinions == 2 * UNSURE_SHARE


@given(st.floats(0, 1), st.integers(0, 22))
def test_opinions_come_on_top_of_questions(share: float, n: int) -> None:
    alone, wanted = cost(NIGHT, QUESTIONS, (), 1, 8192), WantedOpinions(("问" * 300,) * n, share)
    both = cost(NIGHT, QUESTIONS, (), 1, 8192, wanted)
    assert both.tokens_out == pytest.approx(alone.tokens_out * (1 + wanted.expected / len(QUESTIONS)))
    assert alone.tokens_in_cached <= both.tokens_in_cached <= both.tokens_in


def test_a_plan_makes_no_database(asking: Settings) -> None:
    assert question_cost(asking, NIGHT) is not None
    assert not Path(asking.database.removeprefix("sqlite:///")).exists()


def test_the_plan_shows_it(asking: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "CHECKS": ",".join(map(str, asking.checks)),
        "RUBRIC": asking.rubric,
        "JUDGE__URL": asking.judge.url,
        "JUDGE__MODEL": "dummy",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"CALLQA_{name}", str(value))
    arguments = "plan --calls 1000 --minutes 3 --window 8".split()
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0, shown.exception
    assert "tokens to read with a prefix cache" in shown.output
    assert "not measured yet" in shown.output
    assert json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)["questions"]["questions"] == 4
    assert "second opinions" not in shown.output
    monkeypatch.setenv("CALLQA_JUDGE__SECOND_OPINION", "opening")
    assert "second opinions about a call, expected" in CliRunner().invoke(app, arguments).output


@pytest.mark.parametrize("hours", [None, 8.0, 9.0])
def test_a_model_that_needs_longer_than_the_night_is_told(hours: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = replace(cost(NIGHT, QUESTIONS, (), 1, 8192), hours=hours)
    monkeypatch.setattr("cli.plan.question_cost", lambda *_: needed)
    shown = CliRunner().invoke(app, "plan --calls 1000 --minutes 3 --window 8".split()).output
    assert ("the model alone needs longer than the 8 hours" in shown) == (hours == 9.0)
