"""Vectors that n-grams learn from a sentence encoder, and models that learn from them."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from qa_models.category.context import Context, Tells, gist
from qa_models.utterance.features import N_FEATURES, vectors
from qa_models.utterance.line import Line
from training.category.context import Request, train_context
from training.meaning import Meaning, learn
from training.utterance.linear import fit_independent

SENTENCES = [
    f"{who}{what}"
    for who in ("我要", "麻烦您", "这个", "他们", "小区里", "昨天晚上", "我们单位", "孩子")
    for what in ("投诉物业", "问社保怎么办", "噪音太大了", "把垃圾清走", "表扬一位师傅", "路灯不亮", "想提个建议")
]


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return learn(SENTENCES)[0]


def test_vectors_learnt_from_n_grams_point_where_the_encoder_points() -> None:
    _, near = learn(SENTENCES)
    assert near > 0.5


def test_learning_is_the_same_every_time_and_a_file_keeps_it(meaning: Meaning, tmp_path: Path) -> None:
    assert np.array_equal(learn(SENTENCES)[0].table, meaning.table)
    meaning.save(tmp_path / "meaning.npz")
    assert np.allclose(Meaning.load(tmp_path / "meaning.npz").table, meaning.table, atol=0.01)


def test_weights_of_vectors_fold_into_weights_of_n_grams(meaning: Meaning) -> None:
    grams = vectors([Line(text) for text in SENTENCES])
    weights = np.random.default_rng(0).normal(size=(meaning.table.shape[1], 3))
    assert np.allclose(grams @ meaning.folded(weights), meaning.of(grams) @ weights, atol=1e-3)


def test_a_model_that_learns_from_vectors_knows_what_it_was_not_told(meaning: Meaning) -> None:
    complaint = np.array([["投诉" in text or "噪音" in text] for text in SENTENCES], dtype=np.float64)
    grams, counts = vectors([Line(text) for text in SENTENCES]), np.ones(len(SENTENCES))
    model = fit_independent(grams, complaint, counts, meaning, share=1.0)
    assert model.weights.shape == (N_FEATURES, 1)
    assert ((grams @ model.weights + model.bias > 0) == complaint).all()


def told(citizen: str, agent: str) -> Tells:
    return Tells(np.zeros(33), gist((citizen,)), gist((agent,)))


def test_a_context_reads_what_both_sides_say_and_is_the_same_from_its_file(meaning: Meaning, tmp_path: Path) -> None:
    words = {"我要投诉物业": 2, "麻烦您问社保怎么办": 0, "我们单位想提个建议": 4}
    requests = [Request("a", told(text, "好的"), right, 7) for text, right in words.items() for _ in range(40)]
    context = train_context(requests, meaning)
    for text, right in words.items():
        assert int(np.argmax(context.probabilities(told(text, "好的")))) == right
    context.save(tmp_path / "context.safetensors")
    again = Context(**load_file(tmp_path / "context.safetensors"))
    for text in words:
        assert np.array_equal(again.probabilities(told(text, "好的")), context.probabilities(told(text, "好的")))


@pytest.mark.parametrize("texts", [[], [""], ["……"]])
def test_a_side_that_says_nothing_tells_nothing(texts: list[str]) -> None:
    assert gist(tuple(texts)).nnz == 0


def test_a_gist_is_as_long_whatever_is_said() -> None:
    for texts in (["好"], ["我要投诉物业", "他们不管"], SENTENCES):
        assert np.isclose(np.sqrt(gist(tuple(texts)).power(2).sum()), 1.0)
