"""The history of runs as the desk shows it, and of what they could not do."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nights import QUIET, night_of
from people import told
from sqlalchemy import update
from test_gate import label_calls

from callqa.messages import Message
from callqa.settings import Settings
from flows.night import RESCORE_OF_A_RUBRIC
from flows.runner import run_rubric
from flows.stage import in_this_process
from flows.stages import STAGES
from services.context import RubricContext, open_context
from services.runs.failures import ADVICE, SHOWN, failure_groups
from services.runs.history import Golden, Taken, last_night, night, nights
from services.runs.lease import NAME
from services.trust.gate import measure_golden
from store.calls import failures, write
from store.runs import lease
from store.tables import calls

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def context(scored: Settings) -> Iterator[RubricContext]:
    with open_context(scored) as context:
        yield context


@pytest.mark.slow  # a whole night
def test_a_real_night(settings: Settings, few: Path) -> None:
    report = night_of(settings, few)
    with open_context(settings) as context, context.store.read() as c:
        (the_night,) = nights(c)
    assert (the_night.kind, the_night.status, the_night.n_failed) == ("test", "finished", 0)
    assert the_night.rubric == "pudong-12345 2026.1"
    assert the_night.taken == Taken(new=2, same=0, replaced=0, refused=0)
    asked_nothing = [
        stage for stage in STAGES if stage not in ("ask", "opinion", "summary")
    ]  # without a language model
    assert [(stage.stage, stage.done) for stage in the_night.stages] == [(stage, 2) for stage in asked_nothing]
    assert the_night.audio == report.stages["transcribe"].audio
    assert 20 < (the_night.audio or 0) < 600
    assert the_night.quality == report.stages["transcribe"].quality
    assert (the_night.golden, the_night.held) == (None, None)
    assert the_night.finished_at is not None


def test_the_gate_of_a_night(scored: Settings, tmp_path: Path) -> None:
    label_calls(scored, n_right=0, n_wrong=10)
    file = tmp_path / "floors.yaml"
    file.write_text("macro_f1: 0.9\nwrongly_failed: 0.02\n", encoding="utf-8")
    golden = scored.golden.model_copy(update={"floors": file})
    with open_context(scored.model_copy(update={"golden": golden})) as context:
        run_rubric(context, "nightly", RESCORE_OF_A_RUBRIC, in_this_process, QUIET)
        with context.store.read() as c:
            (the_night,) = last_night(c)
        overall = measure_golden(context).figures.overall
    assert the_night.golden == Golden(10, overall.macro_f1, overall.wrongly_failed, n_short=2)
    assert the_night.held is not None
    assert (the_night.held.n_scores, the_night.held.released_at) == (60, None)
    macro_f1, _wrongly_failed = the_night.held.reasons
    assert macro_f1.text("en").endswith("at least 0.9 is asked for")
    assert macro_f1.text("zh").endswith("要求不低于 0.9")
    assert (the_night.taken, the_night.audio) == (None, None)
    told(scored, "release", str(the_night.pk), "--by", "王主任", "--reason", "已核实")
    with open_context(scored) as context, context.store.read() as c:
        released = night(c, the_night.pk)
    assert released is not None
    assert released.held is not None
    assert released.held.released_by == "王主任"


def test_a_run_that_never_ended_is_at_work_or_broken(context: RubricContext) -> None:
    with context.store.write() as c:
        killed, present = write.start_run(c, "nightly", context.keys), write.start_run(c, "nightly", context.keys)
        assert [each.status for each in nights(c)] == ["broken", "broken"]
        lease.acquire(c, NAME, "here/1/a", 60)
        assert [(each.pk, each.status) for each in nights(c)] == [(present, "working"), (killed, "broken")]
        write.finish_run(c, present, {})
        assert [each.status for each in nights(c)] == ["finished", "broken"]
        assert night(c, 99) is None
        assert nights(c, before=killed) == []


def test_a_report_of_an_earlier_version(context: RubricContext) -> None:
    with context.store.write() as c:
        pk = write.start_run(c, "nightly", context.keys)
        old = {"ingest": {"new": 1, "same": 0, "replaced": 0, "refused": 2}, "check": {"done": 3}, "seconds": 4.0}
        write.finish_run(c, pk, old)
        the_night = night(c, pk)
    assert the_night is not None
    assert (the_night.n_failed, the_night.quality, the_night.audio) == (2, None, None)
    assert [(stage.stage, stage.done, stage.failed) for stage in the_night.stages] == [("check", 3, 0)]


def test_one_night_of_two_rubrics(context: RubricContext) -> None:
    with context.store.write() as c:
        write.start_run(c, "rescore", context.keys)
        first, second = (write.start_run(c, "nightly", context.keys) for _ in range(2))
        for kind in ("rescore", "ingest"):
            write.start_run(c, kind, context.keys)
        assert [each.pk for each in last_night(c, rubrics=2)] == [first, second]
        assert [each.pk for each in last_night(c, rubrics=3)] == [first, second]


def fail(context: RubricContext, n: int, reason: str, attempts: int) -> None:
    key = failures.transcribe_key(f"{n:064x}", 0, context.keys.engine_key)
    with context.store.write() as c:
        for _ in range(attempts):
            failures.put_failure(c, "transcribe", key, reason, Message("what to do"))


def test_failures_are_grouped_by_stage_and_reason(context: RubricContext) -> None:
    fail(context, 1, "truncated", 1)
    fail(context, 2, "truncated", context.settings.flow.max_attempts)
    fail(context, 3, "too_short", 1)
    with context.store.write() as c:
        failures.put_failure(c, "ingest", "new.csv:7", "unknown_agent", Message("line 7: ..."))
        c.execute(update(calls.finding).values(verdict="error", reason="check_failed").filter_by(transcript_id=4))
    with context.store.read() as c:
        groups = failure_groups([context], c)
        assert failure_groups([context, context], c) == groups  # a recording of two rubrics' calls fails once
    assert [(group.stage, group.reason, group.n, group.n_waiting) for group in groups] == [
        ("ingest", "unknown_agent", 1, 1),
        ("transcribe", "truncated", 2, 1),
        ("transcribe", "too_short", 1, 0),
        ("check", "check_failed", 1, 1),
    ]
    assert groups[0].subjects == ("new.csv:7",)
    assert groups[1].subjects == ("call-0001", "call-0002")
    assert (groups[1].problem, groups[1].to_do) == ("录音文件不完整", "从录音系统重新导出")
    assert groups[3].subjects == ("call-0004",)


def test_few_of_many_are_named(context: RubricContext) -> None:
    with context.store.write() as c:
        for n in range(SHOWN + 5):
            failures.put_failure(c, "ingest", f"new.csv:{n:03}", "no_agent", Message("line ..."))
    with context.store.read() as c:
        (group,) = failure_groups([context], c)
    assert (group.n, len(group.subjects)) == (SHOWN + 5, SHOWN)


def test_every_reason_has_advice() -> None:
    """Those that the code can give; fields of the manifest with fixed words give ``bad_FIELD``."""
    root = Path(__file__).parents[2]
    sources = [*(root / "asr").rglob("*.py"), *(root / "services" / "intake").glob("*.py")]
    given = re.compile(r'(?:AudioError|_BadCell|RowProblem)\((?:[^"()]*,)?\s*"(\w+)[".]')
    reasons = {reason for source in sources for reason in given.findall(source.read_text(encoding="utf-8"))}
    assert len(reasons) > 15
    assert reasons - ADVICE.keys() == set()
