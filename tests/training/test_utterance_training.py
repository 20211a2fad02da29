from pathlib import Path

import numpy as np
import pytest

from callqa.errors import ConfigError
from callqa.syllables import sound_key
from callqa.text import normalise
from qa_models.utterance.features import vectors
from qa_models.utterance.line import Line
from qa_models.utterance.model import load_model, model_key
from qa_models.utterance.pieces import pieces
from training.utterance.augment import augmented
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.example import Example
from training.utterance.noise import Mishearing
from training.utterance.train import fitted_temperature, split, train_linear

GOOD = ("请问您贵姓", "请您稍等一下", "好的我登记了", "请问地址在哪里", "感谢您的来电", "请问是几号楼")
BAD = ("你烦不烦啊", "烦死了快点讲", "烦不烦快讲", "你烦死人了", "快点讲烦死", "讲快点烦人")


def small_corpus(folder: Path, copies: int = 2) -> Path:
    rows = [f"a{i % 4}-{i}\tok\t我问一下\t{text}" for i, text in enumerate(GOOD * copies)]
    rows += [f"a{i % 4}-{i}b\trude\t我问一下\t{text}" for i, text in enumerate(BAD * copies)]
    path = folder / "small.tsv"
    path.write_text("# group label before line\n" + "\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("g-1\tok", "line 3: 2 columns; expected group"),
        ("g-1\tok\ta\tb\tc", "line 3: 5 columns"),
        ("g-1\tok\t您好", "line 3: 3 columns, but the lines before have 4"),
        ("\tok\t\t您好", "line 3: the group is empty"),
        ("g-1\t\t\t您好", "line 3: the label is empty"),
        ("g-1\tok\t您好\t……", "line 3: the last column holds no words"),
        ("g-1\tokk\t您好\t您好", "label 'okk' has 1 lines in 1 groups"),
    ],
)
def test_the_line_that_is_wrong_is_named(tmp_path: Path, row: str, message: str) -> None:
    path = small_corpus(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], row, *lines[2:]]), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_corpus(path)


def test_files_that_are_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_corpus(tmp_path / "none.tsv")
    (tmp_path / "gbk.tsv").write_bytes("a\tb\t您好".encode("gbk"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_corpus(tmp_path / "gbk.tsv")
    (tmp_path / "one.tsv").write_text("a\tb\t您好\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="1 labels"):
        read_corpus(tmp_path / "one.tsv")


@pytest.mark.parametrize(
    ("files", "model", "labels"),
    [
        (("manners", "everyday"), "manners", 11),
        (("danger",), "danger", 1),
        (("citizens",), "danger", 1),
        (("agents",), "faults", 5),
    ],
)
def test_the_shipped_corpora_are_readable_and_the_models_know_their_labels(
    files: tuple[str, ...], model: str, labels: int
) -> None:
    """Of a model whose labels are independent, nothing at all is no label."""
    examples = read_corpus(*(CORPORA / f"{file}.tsv" for file in files))
    known = {example.label for example in examples} - ({"safe", "none"} if load_model(model).independent else set())
    assert len(known) == labels
    assert set(load_model(model).labels) == known


def test_misheard_text_mostly_sounds_the_same() -> None:
    texts = [e.line.text for e in read_corpus(CORPORA / "manners.tsv")[:600]]
    mishearing = Mishearing.of(texts)
    once, again = np.random.default_rng(1), np.random.default_rng(1)
    wrong = [mishearing.text(text, 0.1, once) for text in texts]
    assert wrong == [mishearing.text(text, 0.1, again) for text in texts]
    changed = [(a, b) for a, b in zip(texts, wrong, strict=True) if normalise(a).text != b]
    same = sum(sound_key(a) == sound_key(b) for a, b in changed)
    assert len(changed) > 300
    assert 0.3 < same / len(changed) < 0.8


def test_harmless_lines_give_harmless_sentences() -> None:
    examples = [Example(Line("好的，请您稍等。"), "ok", "a-1"), Example(Line("烦不烦，快讲。"), "rude", "a-2")]
    result = augmented(examples, ("ok",), np.random.default_rng(0), copies=0)
    assert [(e.line.text, e.label) for e in result[2:]] == [("好的，", "ok"), ("请您稍等。", "ok")]


def test_a_long_turn_has_pieces_that_cover_it() -> None:
    text = "好的。我先跟您核对一下地址，是花木路三十号对吧？没错的话，我就给您提交了。请您保持电话畅通，再见。"
    spans = pieces(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start >= 8 for start, end in spans[1:])
    assert pieces("您好。请讲。") == ((0, 6),)


def test_vectors_of_odd_lines() -> None:
    table = vectors([Line(""), Line("。。。"), Line("您好"), Line("您好", "喂"), Line("啊" * 500)])
    sizes = np.diff(table.indptr)
    assert sizes[0] == sizes[1] == 0
    assert sizes[3] > sizes[2] > 0


def test_authors_are_held_out_whole(tmp_path: Path) -> None:
    kept, held = split(read_corpus(small_corpus(tmp_path)), seed=0)
    assert held
    assert not {e.author for e in kept} & {e.author for e in held}


def test_temperature_tames_overconfidence() -> None:
    logits = np.array([[9.0, 0.0]] * 10, dtype=np.float32)
    assert fitted_temperature(logits, np.array([0] * 7 + [1] * 3)) > 3


def test_training_saving_and_loading(tmp_path: Path) -> None:
    examples = read_corpus(small_corpus(tmp_path))
    model, held = train_linear(examples, seed=3)
    again, _ = train_linear(examples, seed=3)
    lines = [Line("烦不烦啊你", "我问一下"), Line("请问您贵姓", "我问一下")]
    assert np.array_equal(model.logits(lines), again.logits(lines))
    assert held.macro_f1 > 0.5
    model.save(tmp_path / "m")
    loaded = load_model(str(tmp_path / "m"))
    assert np.allclose(loaded.probabilities(lines), model.probabilities(lines), atol=0.01)
    assert loaded.labels[loaded.probabilities(lines)[0].argmax()] == "rude"
    assert len(model_key(str(tmp_path / "m"))) == 16


def test_broken_models_are_named(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="not a whole utterance model"):
        load_model(str(tmp_path))


@pytest.mark.slow
def test_any_checkpoint_can_be_fine_tuned(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel, BertTokenizer

    from cli.train_attitude import train_attitude

    base, out = tmp_path / "base", tmp_path / "out"
    characters = sorted({character for line in (*GOOD, *BAD) for character in line})
    vocabulary = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters])}
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(vocabulary), **sizes)).save_pretrained(base)
    BertTokenizer(vocab=vocabulary).save_pretrained(base)
    train_attitude([small_corpus(tmp_path, copies=20)], str(base), out, epochs=10, rate=3e-3, seed=1)
    model = load_model(str(out))
    answers = model.probabilities([Line("烦死了快讲", "我问一下"), Line("请问地址是哪里", "我问一下")]).argmax(axis=1)
    assert [model.labels[i] for i in answers] == ["rude", "ok"]
    with pytest.raises(ConfigError, match="no Hugging Face checkpoint"):
        train_attitude([small_corpus(tmp_path)], str(tmp_path / "nowhere"), out)
