"""The simulation of people teaching: who is left out, which turns are taught first, and what is counted."""

from pathlib import Path

import numpy as np
import pytest

from qa_models.utterance.model import load_model
from services.learning.taught import Limits
from training.utterance.taught import Spoken, judged, learnt, taught_turns

CHOOSE = Path(__file__).parents[2] / "training" / "corpora" / "calls" / "choose"
LABEL, LIMITS, AUTHOR = "over_promise", Limits(0.15, 0.08), "a08"


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return Spoken.of(CHOOSE)


def test_other_authors_teach_what_the_model_got_wrong_first(spoken: Spoken) -> None:
    model = load_model("faults")
    assert model.linear is not None
    column = model.labels.index(LABEL)
    shares = spoken.shares(model.linear, column)
    faulty, harmless = taught_turns(spoken, LABEL, shares, LIMITS, AUTHOR, 10, np.random.default_rng(0))
    assert (len(faulty), len(harmless)) == (10, 10)
    assert AUTHOR not in {spoken.turns[i].author for i in (*faulty, *harmless)}
    assert all(LABEL in spoken.turns[i].marks for i in faulty)
    assert not any(LABEL in spoken.turns[i].marks for i in harmless)
    missed = [bool(shares[i] < LIMITS.sure) for i in faulty]
    assert missed == sorted(missed, reverse=True)
    noticed = [shares[i] for i in harmless if shares[i] >= LIMITS.doubt]
    assert noticed == sorted(noticed, reverse=True)
    new = learnt(spoken, model.linear, column, LIMITS, (faulty, harmless), AUTHOR)
    assert spoken.shares(new, column)[faulty].mean() > shares[faulty].mean()
    other = model.labels.index("attitude")
    assert np.array_equal(new.weights[:, other], model.linear.weights[:, other])


def test_calls_are_counted_by_their_likeliest_turn(spoken: Spoken) -> None:
    shares = np.zeros(len(spoken.turns))
    calls = {turn.call_id for turn in spoken.turns if turn.author == AUTHOR}
    none = judged(spoken, LABEL, shares, LIMITS, AUTHOR)
    assert none["faults"] + none["passes"] <= len(calls)
    assert (none["faults noticed"], none["passes noticed"], none["unsure"]) == (0, 0, 0)
    shares[[i for i, turn in enumerate(spoken.turns) if LABEL in turn.marks]] = 0.9
    right = judged(spoken, LABEL, shares, LIMITS, AUTHOR)
    assert right["faults noticed"] == right["faults"] > 0
    assert right["passes noticed"] == 0
    unsure = judged(spoken, LABEL, np.full(len(spoken.turns), 0.1), LIMITS, AUTHOR)
    assert unsure["unsure"] == unsure["faults"] + unsure["passes"]
