"""Nights with questions to a language model: answers are stored once, and what is not answered costs nobody points."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asked_rubric import SCOLDS, SCOLDS_ITEM, SOOTHES, SOOTHES_ITEM, asking_settings
from chat_server import MET, ChatServer, answering, chat_server, status
from nights import QUIET, done, night_of
from sample_manifest import write_sample_manifest

from callqa.settings import JudgeSettings, Settings
from callqa.types import Verdict
from flows.night import RESCORE_OF_A_RUBRIC
from flows.runner import run_rubric
from flows.stage import in_this_process
from services.capacity.plan import Workload
from services.capacity.questions import question_cost
from services.context import RubricContext, open_context
from services.judge import ask, server
from services.runs.history import nights
from store.calls import failures, read
from store.removal import deletion, removals
from store.tables.judge import judge_answer


@pytest.fixture
def two(tmp_path: Path, samples: Path) -> Path:
    """A manifest of two calls on two channels: where nobody knows who speaks, nothing is asked."""
    return write_sample_manifest(tmp_path / "two.csv", samples, "D019", "D028")


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setattr(server, "PAUSES", (0.0, 0.0))
    with chat_server() as served:
        yield served


@pytest.fixture
def asking(settings: Settings, chat: ChatServer, tmp_path: Path) -> Settings:
    judge = JudgeSettings(url=chat.url, model="dummy", timeout=5.0, requests=2)
    return asking_settings(settings, tmp_path, judge, SOOTHES + SCOLDS, SOOTHES_ITEM, SCOLDS_ITEM)


def again(settings: Settings) -> dict[str, tuple[int, int]]:
    with open_context(settings) as context:
        return done(run_rubric(context, "test", RESCORE_OF_A_RUBRIC, in_this_process, QUIET))


def verdicts(context: RubricContext) -> set[tuple[str, str, str]]:
    with context.store.read() as c:
        return {
            (finding.check_id, finding.verdict.value, finding.reason)
            for stored in read.findings(c, [1, 2], context.keys)
            for finding in stored.findings
            if finding.check_id != "opening"
        }


def sheets(context: RubricContext) -> list[tuple[str, float | None]]:
    """Of each call, a letter an item, and the total."""
    with context.store.read() as c:
        return [(row.verdicts, row.total) for row in read.scores(c, context.keys)]


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_questions_are_put_once(asking: Settings, two: Path, chat: ChatServer) -> None:
    report = night_of(asking, two)
    assert done(report)["ask"] == (2, 0)
    assert len(chat.asked) == 4, "two questions about each of two calls"
    with open_context(asking) as context:
        with context.store.read() as c:
            assert ("ask", 2) in [(stage.stage, stage.done) for stage in nights(c)[0].stages]
        assert verdicts(context) == {("soothes", "met", "question_met"), ("scolds", "met", "question_met")}
        assert context.asked_items == {"soothes", "scolds"}
        assert context.advisory == context.asked_items, "a new question only suggests"
    assert again(asking) == {"ask": (0, 0), "check": (0, 0), "score": (0, 0)}
    assert len(chat.asked) == 4
    planned = question_cost(asking, Workload(calls=1000, minutes=3, window=8))
    assert planned is not None
    assert (planned.measured, planned.tokens_in, planned.tokens_out) == (4, 1000 * 2 * 900, 1000 * 2 * 60)
    assert planned.hours


def test_a_call_s_questions_come_one_after_the_other(asking: Settings, two: Path, chat: ChatServer) -> None:
    night_of(asking.model_copy(update={"judge": asking.judge.model_copy(update={"requests": 1})}), two)
    texts = [body["messages"][1]["content"].partition("</通话>")[0] for body in chat.asked]
    assert texts[0] == texts[1] != texts[2] == texts[3], "so that a server reads a call once"


def test_what_is_not_answered_costs_no_points_and_is_answered_by_another_night(
    asking: Settings, two: Path, chat: ChatServer
) -> None:
    chat.always = status(503)
    report = night_of(asking, two)
    assert done(report)["ask"] == (0, 2)
    assert done(report)["score"] == (2, 0), "calls are scored all the same"
    with open_context(asking) as context:
        waits = {(name, "not_applicable", "not_answered") for name in ("soothes", "scolds")}
        assert verdicts(context) == waits
        for verdicts_of_call, total in sheets(context):
            assert verdicts_of_call[1:] == "NN"
            assert total == {"M": 100.0, "V": 0.0}[verdicts_of_call[0]], "only the opening counts"
        with context.store.read() as c:
            assert {failed.error for failed in failures.outstanding_failures(c, context.keys)} == {"judge_away"}
    chat.always = answering(MET)
    ask.circuit_of.cache_clear()
    assert again(asking) == {"ask": (2, 0), "check": (2, 0), "score": (2, 0)}
    with open_context(asking) as context:
        assert {reason for _, _, reason in verdicts(context)} == {"question_met"}
        with context.store.read() as c:
            assert failures.outstanding_failures(c, context.keys) == []


def test_a_server_that_fails_again_and_again_is_left_alone(asking: Settings, two: Path, chat: ChatServer) -> None:
    chat.always = status(401)
    assert done(night_of(asking, two))["ask"] == (0, 2)
    assert len(chat.asked) <= 2, "no use in asking on"
    again(asking)
    assert len(chat.asked) <= 2, "the circuit is open for some minutes"


def test_an_unusable_answer_is_for_a_person_and_can_be_asked_again(
    asking: Settings, two: Path, chat: ChatServer
) -> None:
    chat.always = answering("不是 JSON")
    night_of(asking, two)
    with open_context(asking) as context:
        assert {entry[1:] for entry in verdicts(context)} == {("error", "answer_unusable")}
        n = len(chat.asked)
        again(asking)
        assert len(chat.asked) == n, "a stored answer is final"
        chat.always = answering(MET)
        with context.store.write() as c:
            assert failures.clear_errors(c) == 4
    again(asking)
    with open_context(asking) as context:
        assert {entry[1] for entry in verdicts(context)} == {"met"}


def test_a_question_that_never_gets_an_answer_is_given_up(asking: Settings, two: Path, chat: ChatServer) -> None:
    chat.always = status(500)
    night_of(asking, two)
    for _ in range(asking.flow.max_attempts - 1):
        ask.circuit_of.cache_clear()
        again(asking)
    with open_context(asking) as context:
        assert ("soothes", "error", "answer_unusable") in verdicts(context)


def test_without_a_model_nothing_is_asked(asking: Settings, two: Path, chat: ChatServer) -> None:
    off = asking.model_copy(update={"judge": JudgeSettings()})
    assert "ask" not in done(night_of(off, two))
    assert chat.asked == []
    assert "ask" in again(asking), "and asked once there is one"
    assert len(chat.asked) == 4


@pytest.mark.parametrize("change", [{"revision": "2"}, {"model": "other"}])
def test_another_model_is_asked_anew(asking: Settings, two: Path, chat: ChatServer, change: dict[str, Any]) -> None:
    night_of(asking, two)
    again(asking.model_copy(update={"judge": asking.judge.model_copy(update=change)}))
    assert len(chat.asked) == 8


def test_a_verdict_that_the_call_bears_out(asking: Settings, two: Path, chat: ChatServer) -> None:
    def quotes(body: dict[str, Any]) -> tuple[int, Any]:
        lines = body["messages"][1]["content"].splitlines()
        line = next(line for line in lines if "坐席：" in line and len(line) > 25)
        quote = {"turn": 0, "text": line.partition("坐席：")[2][:12]}
        verdict = "VIOLATED" if "训斥" in lines[-3] + lines[-2] + lines[-1] else "MET"
        return answering({**MET, "quotes": [quote], "verdict": verdict})(body)

    chat.always = quotes
    night_of(asking, two)
    with open_context(asking) as context:
        assert ("scolds", "violated", "question_violated") in verdicts(context)
        with context.store.read() as c:
            places = [
                finding.evidence
                for stored in read.findings(c, [1, 2], context.keys)
                for finding in stored.findings
                if finding.verdict is Verdict.VIOLATED and finding.check_id == "scolds"
            ]
        assert all(len(evidence) == 1 for evidence in places)


def count(context: RubricContext) -> int:
    with context.store.read() as c:
        return len(c.execute(judge_answer.select()).all())


def test_answers_go_with_the_words_they_quote(asking: Settings, two: Path) -> None:
    night_of(asking, two)
    with open_context(asking) as context:
        assert count(context) == 4
        with context.store.write() as c:
            at = datetime.now(UTC)
            removals.remove_text(c, [1], removals.start_report(c, "retention", "王丽", "", at), at)
        assert count(context) == 2
        with context.store.write() as c:
            deletion.delete_calls(c, [2])
        assert count(context) == 0
