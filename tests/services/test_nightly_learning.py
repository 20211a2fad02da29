"""Learning in the night: only where the settings say so, never silently, and never in the way of the scores."""

import io
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select
from taught_calls import label_golden, teach, teach_all

from callqa.errors import ConfigError
from callqa.learning import ModelUse
from callqa.settings import Settings, TrainSettings, load_settings
from callqa.types import Verdict
from flows.night import NIGHTLY
from flows.runner import run_night
from flows.stage import in_this_process
from services.context import open_rubric_set
from services.learning import nightly
from services.learning.taught import taught_examples
from services.learning.versions import known_versions
from services.runs.history import nights
from store.people import audit, model_versions
from store.tables.calls import run


def with_nightly(settings: Settings, mode: str, new_examples: int = 20) -> Settings:
    train = TrainSettings.model_validate({"nightly": mode, "new_examples": new_examples})
    return settings.model_copy(update={"train": train})


UNTAUGHT = [("duties", "few_new")]
"""What becomes of the models of which nobody taught anything."""


def night(settings: Settings) -> tuple[list[dict[str, object]], str]:
    """What the run's report keeps of learning faults, and what the night printed."""
    printed = io.StringIO()
    with open_rubric_set(settings, for_run=True) as rubric_set:
        run_night(rubric_set, "nightly", NIGHTLY, in_this_process, Console(file=printed, width=200))
        with rubric_set[0].store.read() as c:
            report = c.execute(select(run.c.report).order_by(run.c.id.desc()).limit(1)).scalar_one()
            told = nights(c)[0].learnt
    models = report.get("learning", [])
    assert [asdict(learnt) for learnt in told] == models, "the page of the run tells it"
    assert not models or [(row["model"], row["outcome"]) for row in models if row["model"] != "faults"] == UNTAUGHT
    return [row for row in models if row["model"] == "faults"], printed.getvalue()


def learnt(settings: Settings) -> list[tuple[str, bool]]:
    """Keys of the versions, the latest first, and whether runs use them."""
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        return [(known.version.key, known.chosen) for known in known_versions(c)]


def audited(settings: Settings) -> list[tuple[str, str]]:
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        rows = audit.page_of(c, audit.AuditFilter())
    return sorted((row.entry.action, row.entry.author) for row in rows if row.entry.action.startswith("model_"))


def taught(settings: Settings, golden_set: bool = True) -> None:
    with open_rubric_set(settings) as rubric_set:
        left = teach_all(rubric_set[0])
        if golden_set:
            label_golden(rubric_set[0], left)


def test_a_night_learns_nothing_unless_a_setting_says_so(scored: Settings) -> None:
    taught(scored)
    report, printed = night(scored)
    assert (report, learnt(scored), audited(scored)) == ([], [], [])
    assert "learning" not in printed


def test_compare_puts_a_version_forward_and_waits_for_new_examples(scored: Settings) -> None:
    taught(scored)
    settings = with_nightly(scored, "compare")
    ((entry,), printed) = night(settings)
    ((key, chosen),) = learnt(settings)
    assert not chosen
    assert entry == {"model": "faults", "outcome": "put_forward", "new_examples": 48, "version": key, "problem": ""}
    assert f"version {key} is put forward" in printed
    assert audited(settings) == [("model_trained", "nightly")]
    ((entry,), printed) = night(settings)
    assert (entry["outcome"], entry["new_examples"]) == ("few_new", 0)
    assert "learning" not in printed, "there is nothing to say"
    assert len(learnt(settings)) == 1


def test_adopt_has_the_next_night_use_what_the_golden_set_agrees_to(scored: Settings) -> None:
    taught(scored)
    settings = with_nightly(scored, "adopt")
    with open_rubric_set(settings) as rubric_set:
        shipped_keys = rubric_set[0].keys
    ((entry,), printed) = night(settings)
    ((key, chosen),) = learnt(settings)
    assert chosen
    assert entry["outcome"] == "adopted"
    assert f"version {key} is used from the next night on" in printed
    assert audited(settings) == [("model_adopted", "nightly"), ("model_trained", "nightly")]
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        assert rubric_set[0].keys == shipped_keys, "pages stay with what the night found"
        (use,) = model_versions.uses(c)
    assert (use.key, use.author, use.reason) == (key, "nightly", "train.nightly")
    night(settings)
    with open_rubric_set(settings) as rubric_set:
        assert dict(rubric_set[0].models) == {"faults": key}


def test_nothing_is_adopted_without_a_golden_set(scored: Settings) -> None:
    taught(scored, golden_set=False)
    settings = with_nightly(scored, "adopt")
    ((entry,), printed) = night(settings)
    ((key, chosen),) = learnt(settings)
    assert not chosen
    assert (entry["outcome"], entry["problem"]) == ("refused", "learning.no_golden_labels")
    assert "not adopted: the golden set has no label" in printed
    assert audited(settings) == [("model_trained", "nightly")]


def test_what_fails_in_learning_leaves_the_night_alone(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("words of a call")

    taught(scored)
    monkeypatch.setattr(nightly, "train", breaks)
    settings = with_nightly(scored, "adopt")
    ((entry,), printed) = night(settings)
    assert (entry["outcome"], entry["problem"]) == ("failed", "learning.unexpected")
    assert "nothing was learnt: an unexpected error (ZeroDivisionError)" in printed
    assert "words of a call" not in printed
    assert learnt(settings) == []


def test_a_version_chosen_during_the_night_is_not_compared_with_findings_of_another(scored: Settings) -> None:
    taught(scored)
    settings = with_nightly(scored, "compare", new_examples=1)
    night(settings)
    ((key, _),) = learnt(settings)
    with open_rubric_set(settings, for_run=True) as rubric_set:
        with rubric_set[0].store.write() as c:
            model_versions.put_use(c, ModelUse("faults", key, "李主管", "", datetime.now(UTC)))
        later = datetime.now(UTC)
        call_id = taught_examples(rubric_set, "faults").examples[0].call_id
        teach(rubric_set[0], call_id, "他家电话是这个", Verdict.VIOLATED, "privacy_leak", at=later)
        _duties, learning = nightly.learn_nightly(rubric_set, "nightly", None, later)
    assert learning.outcome == "chosen_meanwhile"
    assert learnt(settings) == [(key, True)]


@pytest.mark.parametrize(("toml", "says"), [("nightly = 'yes'", "train.nightly"), ("new_examples = 0", "train.new")])
def test_settings_are_checked_at_the_door(
    toml: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "callqa.toml").write_text(f"[train]\n{toml}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_settings()
