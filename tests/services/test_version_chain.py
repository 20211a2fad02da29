"""A chain of versions: learnt one from another, adopted, rolled back step by step, each with findings of its own."""

from datetime import UTC, datetime, timedelta

import numpy as np
from nights import QUIET
from taught_calls import AT, ITEM, label_golden, teach, teach_all

from callqa.learning import LabelCard, ModelVersion
from callqa.settings import Settings
from callqa.types import Verdict
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from qa_models.utterance.model import load_model
from services.context import RubricContext, open_context, open_rubric_set
from services.learning.taught import taught_examples
from services.learning.versions import adopt, known_versions, roll_back, train
from store.people import model_versions

OTHER = "over_promise"
PROMISED = ("瞧好吧您嘞", "妥妥儿的您瞧好吧", "瞧好吧跑不了")
"""Promises in words that the shipped model does not know."""
CAUTIOUS = ("单子已交成不成得看部门", "部门看了才知道成不成您别急", "您别急部门会看的")


def learn(context: RubricContext, days: int) -> ModelVersion:
    challenger = train([context], "faults", "王丽", AT + timedelta(days=days))
    assert challenger.gains
    return challenger.version


def card_of(version: ModelVersion, label: str) -> LabelCard:
    return next(card for card in version.card.labels if card.label == label)


def teach_other(context: RubricContext, days: int) -> None:
    """The other item, on the calls that are taught already: both kinds, over all agents."""
    calls = sorted({example.call_id for example in taught_examples([context], "faults").examples})
    at = AT + timedelta(days=days)
    for i, call_id in enumerate(calls):
        faulty = (i // 6) % 2 == 0
        text = (PROMISED if faulty else CAUTIOUS)[i % 3]
        teach(context, call_id, text, Verdict.VIOLATED if faulty else Verdict.MET, OTHER, n=i, at=at)


def next_run(settings: Settings) -> tuple[str, dict[str, int]]:
    """The version that it used, empty for the shipped one, and how many calls each stage did."""
    with open_rubric_set(settings, for_run=True) as rubric_set:
        (report,) = run_night(rubric_set, "rescore", RESCORE, in_this_process, QUIET)
        used = dict(rubric_set[0].models).get("faults", "")
    return used, {name: stage.done for name, stage in report.stages.items()}


def column(name: str, label: str) -> np.ndarray:
    linear = load_model(name).linear
    assert linear is not None
    return linear.weights[:, load_model(name).labels.index(label)]


def test_versions_follow_each_other_and_are_taken_back_one_by_one(scored: Settings) -> None:
    def decide(days: int, version: ModelVersion | None = None) -> str:
        """Adopts the version, or goes back without one; what is chosen then."""
        with open_context(scored) as context:
            at = datetime.now(UTC)
            if version is not None:
                adopt([context], version, "李主管", f"第 {days} 天", at)
            else:
                roll_back([context], "faults", "李主管", f"第 {days} 天", at)
            with context.store.read() as c:
                return model_versions.chosen(c).get("faults", "")

    with open_context(scored) as context:
        left = teach_all(context)
        label_golden(context, left)
        label_golden(context, left, OTHER)
        first = learn(context, 1)
    assert decide(1, first) == first.key
    used, done = next_run(scored)
    assert (used, done["check"]) == (first.key, 60)

    with open_context(scored) as context:
        teach_other(context, 2)
        second = learn(context, 3)
        assert second.card.compared == first.key
        assert second.card.learnt == (OTHER,)
        kept = card_of(second, ITEM)
        assert (kept.outcome, kept.learnt_at) == ("no_gain", card_of(first, ITEM).learnt_at), (
            "nothing new was said of it"
        )
        assert card_of(second, OTHER).learnt_at == AT + timedelta(days=3)
        old, new = f"faults@{first.key}", f"faults@{second.key}"
        assert np.array_equal(column(new, ITEM), column(old, ITEM)), "what was learnt before goes along"
        assert not np.array_equal(column(new, ITEM), column("faults", ITEM))
        assert not np.array_equal(column(new, OTHER), column(old, OTHER))
        assert np.array_equal(column(old, OTHER), column("faults", OTHER))
    assert decide(3, second) == second.key
    used, done = next_run(scored)
    assert (used, done["check"]) == (second.key, 60)

    assert decide(4) == first.key
    assert decide(5) == ""
    with open_context(scored) as context:
        assert dict(context.models) == {"faults": second.key}, "looked at until a run has ended"
    used, done = next_run(scored)
    assert (used, done["check"]) == ("", 0), "findings of the shipped model are there still"
    assert decide(6, second) == second.key
    used, done = next_run(scored)
    assert (used, done["check"]) == (second.key, 0)
    assert decide(7) == "", "back to what was used before it, and not to what was taken back"
    with open_context(scored) as context, context.store.read() as c:
        known = known_versions(c)
        assert [row.version.key for row in known] == [second.key, first.key]
        assert len({row.version.key for row in known}) == 2
        reasons = [use.reason for use in model_versions.uses(c)]
    assert reasons == [f"第 {day} 天" for day in (7, 6, 5, 4, 3, 1)]
