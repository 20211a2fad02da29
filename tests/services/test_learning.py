"""Learning from examples: what is learnt from, what is put forward, and how a version comes into use and goes again."""

from datetime import UTC, datetime, timedelta

import pytest
from nights import QUIET
from taught_calls import AT, BEFORE, FAULTY, HARMLESS, ITEM, label_golden, teach, teach_all
from test_gate import said

from callqa.errors import CallQAError, ConfigError
from callqa.keys import content_key
from callqa.records import Review
from callqa.settings import Settings
from callqa.types import Verdict
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from qa_models.utterance.line import Line
from qa_models.utterance.model import load_model
from services.context import RubricContext, open_context, open_rubric_set, up_to_date
from services.learning.challenger import Challenger, sign_test
from services.learning.taught import taught_examples, taught_labels
from services.learning.versions import adopt, known_versions, roll_back, train, version_of
from store.calls import read
from store.people import model_versions, reviews


def trained(context: RubricContext) -> Challenger:
    return train([context], "faults", "王丽", AT + timedelta(days=1))


def outcome(challenger: Challenger, label: str = ITEM) -> str:
    return next(card.outcome for card in challenger.version.card.labels if card.label == label)


def rescore(settings: Settings) -> None:
    with open_rubric_set(settings, for_run=True) as rubric_set:
        run_night(rubric_set, "rescore", RESCORE, in_this_process, QUIET)


def test_an_item_teaches_the_label_that_its_checks_ask_for(scored: Settings) -> None:
    with open_context(scored) as context:
        labels = taught_labels(context, "faults")
    assert {item: label.label for item, label in labels.items()} == {
        name: name for name in ("attitude", "buck_passing", "forbidden_phrase", "over_promise", "privacy_leak")
    }
    assert labels["buck_passing"].limits == (0.3, 0.2)


def test_duties_are_taught_where_the_words_of_a_verdict_are_those_of_the_duty(scored: Settings) -> None:
    """Met words are the duty, violated ones are not; of an item that only rests on a duty nothing is learnt."""
    with open_context(scored) as context:
        assert {item: label.label for item, label in taught_labels(context, "duties").items()} == {
            name: name for name in ("further_help", "restate")
        }
        calls = sorted(said(context))
        for i, (item, verdict) in enumerate(
            [
                ("further_help", Verdict.MET),
                ("further_help", Verdict.VIOLATED),
                ("further_help", Verdict.NOT_APPLICABLE),
                ("element_collection", Verdict.VIOLATED),
                ("hold_notice", Verdict.MET),
            ]
        ):
            teach(context, calls[i], "您再想想漏掉什么没有", verdict, item)
        taught = taught_examples([context], "duties").examples
        assert [(example.label.label, example.of_label) for example in taught] == [
            ("further_help", True),
            ("further_help", False),
        ]
        assert taught_examples([context], "faults").examples == ()


def test_a_duty_in_new_words_is_learnt_beside_the_faults(scored: Settings) -> None:
    duty, other = ("得嘞您瞅瞅旁的有没有", "您瞅瞅旁的有没有咱一块儿弄"), ("单子我交上去了", "工单我交给街道了")
    with open_context(scored) as context:
        calls = sorted(said(context))
        for i, call_id in enumerate(calls[:48]):
            met = (i // 6) % 2 == 0
            text = (duty if met else other)[i % 2]
            teach(context, call_id, text, Verdict.MET if met else Verdict.VIOLATED, "further_help", n=i)
        label_golden(context, calls[48:], "further_help")
        challenger = train([context], "duties", "王丽", AT + timedelta(days=1))
        assert challenger.version.card.learnt == ("further_help",)
        assert (challenger.version.model, challenger.version.card.labels[0].label) == ("duties", "closing")
        line = Line(duty[0], BEFORE)
        column = load_model("duties").labels.index("further_help")
        learnt = load_model(f"duties@{challenger.version.key}").probabilities([line])[0, column]
        assert learnt >= 0.15 > load_model("duties").probabilities([line])[0, column]


def test_a_challenger_with_real_gain_is_put_forward_and_used_by_nobody(scored: Settings) -> None:
    with open_context(scored) as context:
        left = teach_all(context)
        label_golden(context, left)
        keys = context.keys
        challenger = trained(context)
        card = next(card for card in challenger.version.card.labels if card.label == ITEM)
        assert (card.n_of, card.n_other, card.unit, card.n_units) == (24, 24, "agent", 6)
        assert card.outcome == "learnt", card
        assert (card.better, card.worse) == (6, 0)
        assert card.p == sign_test(6, 0) < 0.05
        assert card.of_after > card.of_before
        (change,) = challenger.version.card.golden
        assert (change.n_labels, change.agrees) == (len(left), True)
        with context.store.read() as c:
            (known,) = known_versions(c)
            assert (known.version, known.chosen) == (challenger.version, False)
            assert model_versions.chosen(c) == {}
        assert trained(context).version == challenger.version, "the same examples give the same version, kept once"
    with open_context(scored) as context:
        assert context.keys == keys
    shipped = load_model("faults")
    for label in ("attitude", "forbidden_phrase", "over_promise", "privacy_leak"):
        assert outcome(challenger, label) == "too_few"
    weights = challenger.files
    assert weights.labels == shipped.labels


def test_contradicting_examples_put_nothing_forward(scored: Settings) -> None:
    with open_context(scored) as context:
        texts = (*FAULTY, *HARMLESS)
        teach_all(context, texts, texts)
        challenger = trained(context)
        assert outcome(challenger) == "no_gain"
        assert not challenger.gains
        with context.store.read() as c:
            assert known_versions(c) == []


@pytest.mark.parametrize("kind", ["only errors of one kind", "few"])
def test_one_kind_or_few_examples_teach_nothing(scored: Settings, kind: str) -> None:
    """Overturned verdicts alone would teach a model to be silent."""
    with open_context(scored) as context:
        calls = sorted(said(context))
        if kind == "few":
            teach_all(context, n=9)
        else:
            for i, call_id in enumerate(calls[:40]):
                teach(context, call_id, HARMLESS[i % 3], Verdict.MET, n=i)
        assert outcome(trained(context)) == "too_few"


def test_calls_of_the_golden_set_are_never_learnt_from(scored: Settings) -> None:
    with open_context(scored) as context:
        teach_all(context)
        before = taught_examples([context], "faults")
        in_set = sorted({example.call_id for example in before.examples})[:30]
        label_golden(context, in_set)
        after = taught_examples([context], "faults")
        assert {example.call_id for example in after.examples} == {e.call_id for e in before.examples} - {*in_set}
        assert (before.n_golden, after.n_golden) == (0, 30)
        assert outcome(trained(context)) == "too_few"


def test_withdrawn_verdicts_are_not_learnt_from(scored: Settings) -> None:
    with open_context(scored) as context:
        teach_all(context)
        gone = sorted({example.call_id for example in taught_examples([context], "faults").examples})[:30]
        with context.store.write() as c:
            for call_id in gone:
                at = AT + timedelta(days=1)
                reviews.put_review(c, Review(content_key([call_id, "w"]), call_id, ITEM, "withdraw", "王丽", at))
        taught = taught_examples([context], "faults")
        assert not {example.call_id for example in taught.examples} & {*gone}
        assert taught.n_withdrawn == 30
        assert outcome(trained(context)) == "too_few"


def test_a_version_is_used_from_the_next_run_on_and_rolled_back(scored: Settings) -> None:
    with open_context(scored) as context:
        label_golden(context, teach_all(context))
        key = trained(context).version.key
        shipped_keys = context.keys
        with context.store.read() as c:
            version = version_of(c, key[:6])
        adopt([context], version, "李主管", "看过金标集", AT + timedelta(days=2))
        assert up_to_date(context).keys == shipped_keys, "pages show what there are findings of"
    with open_context(scored) as context:
        assert context.keys == shipped_keys
    rescore(scored)
    with open_context(scored) as context:
        assert dict(context.models) == {"faults": key}
        new, old = set(context.keys.check_keys), set(shipped_keys.check_keys)
        changed = {check.id for check in context.checks.values() if check.key in new - old}
        assert changed == {"attitude", "buck_passing", "forbidden_phrase", "over_promise", "privacy_leak"}
        assert context.checks[ITEM].describe()["params"]["model"] == {"name": "faults", "content": key}
        with context.store.read() as c:
            assert len(list(read.scores(c, context.keys))) == 60, "verdicts of another version are made anew"
        line = Line(FAULTY[0], BEFORE)
        column = load_model("faults").labels.index(ITEM)
        assert load_model(f"faults@{key}").probabilities([line])[0, column] >= 0.2
        assert load_model("faults").probabilities([line])[0, column] < 0.2
        assert roll_back([context], "faults", "李主管", "误报多", datetime.now(UTC)) == ""
    rescore(scored)
    with open_context(scored) as context:
        assert (context.keys, context.models) == (shipped_keys, ())
        with pytest.raises(CallQAError, match="shipped model"):
            roll_back([context], "faults", "李主管", "", datetime.now(UTC))


def test_nothing_is_adopted_before_the_golden_set_tells_anything(scored: Settings) -> None:
    with open_context(scored) as context:
        teach_all(context)
        version = trained(context).version
        assert version.card.golden == ()
        with pytest.raises(CallQAError, match="golden set has no label"):
            adopt([context], version, "李主管", "", AT)
        with context.store.read() as c:
            assert model_versions.chosen(c) == {}


def test_nothing_is_adopted_that_the_golden_set_is_against(scored: Settings) -> None:
    """Words that every call holds are taught as brushing off; people found none in the golden calls."""
    with open_context(scored) as context:
        passed = [call_id for call_id, items in said(context).items() if items[ITEM] is Verdict.MET]
        left = teach_all(context, of_label=("请问您小区的地址是哪里",))
        label_golden(context, [call_id for call_id in left if call_id in passed])
        label_golden(context, left, "opening")  # no call is left whose words keep the level as it is
        version = trained(context).version
        (change,) = version.card.golden
        assert change.right_after < change.right_before
        assert change.wrongly_failed_after > change.wrongly_failed_before == 0
        assert change.missed == (), "no floors are set"
        with pytest.raises(CallQAError, match="golden set is against"):
            adopt([context], version, "李主管", "", AT)
        with context.store.read() as c:
            assert model_versions.chosen(c) == {}


def test_only_some_models_learn(scored: Settings) -> None:
    with open_context(scored) as context, pytest.raises(ConfigError, match="faults"):
        train([context], "category", "王丽", AT)
