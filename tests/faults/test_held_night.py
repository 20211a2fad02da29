"""A gated run that dies between its scores and the gate publishes nothing."""

import signal
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from small_calls import Home
from steps import kill_at_stage

from callqa.records import GoldenLabel
from callqa.types import Verdict
from services.context import open_context
from store.calls import read
from store.people import golden
from store.runs import score_holds

pytestmark = pytest.mark.slow
LABELLED = "call-0"  # its agent does say the opening


@pytest.fixture
def gated(home: Home, tmp_path: Path) -> Home:
    """Six calls are taken in; of one of them, people say what the machine will not."""
    floors = tmp_path / "floors.yaml"
    floors.write_text("macro_f1: 0.9\n", encoding="utf-8")
    assert home.callqa("ingest", str(home.night.manifest)).status == 0
    with open_context(home.settings) as context, context.store.write() as c:
        label = GoldenLabel(LABELLED, "opening", Verdict.VIOLATED, "expert", "王质检", datetime.now(UTC))
        golden.put_label(c, label)
    return replace(home, extra={"CALLQA_GOLDEN__FLOORS": str(floors)})


def n_published(home: Home) -> int:
    with open_context(home.settings) as context, context.store.read() as c:
        return len(list(read.scores(c, context.keys)))


def held(home: Home) -> list[tuple[int, int]]:
    """Run and number of scores."""
    with open_context(home.settings) as context, context.store.read() as c:
        return [(one.run_id, one.n_scores) for one in score_holds.holds(c, waiting=True)]


def test_killed_before_the_gate(gated: Home) -> None:
    killed = gated.run(partial(kill_at_stage, "index"))
    assert killed.status == -signal.SIGKILL
    assert (n_published(gated), held(gated)) == (0, [(2, 6)])
    assert "has not asked the golden set yet" in gated.callqa("release").output
    again = gated.run()
    assert again.status == 3, again.output
    assert (n_published(gated), held(gated)) == (0, [(3, 6)])
    gated.callqa("release", "3", "--by", "王主管", "--reason", "核对过")
    assert (n_published(gated), held(gated)) == (6, [])


def test_released_although_the_gate_never_answered(gated: Home) -> None:
    """A person's word is enough; the next night holds its own scores only."""
    gated.run(partial(kill_at_stage, "index"))
    gated.callqa("release", "2", "--by", "王主管", "--reason", "核对过")
    assert (n_published(gated), held(gated)) == (6, [])
    again = gated.run()
    assert again.status == 0, again.output
    assert "there are no new scores to hold" in again.output
    assert (n_published(gated), held(gated)) == (6, [])
