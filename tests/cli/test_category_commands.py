"""Training a classifier and measuring it, by command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callqa.errors import ConfigError
from cli.main import app
from services.evaluation.category import CategoryEvaluation

TAXONOMY = "- name: 水\n  classes: {供水: [停水, 水管]}\n- name: 车\n  classes: {客运: [公交车, 出租车]}\n"
ROWS = "text,label\n家里停水了,水\n水管爆了到处是水,水\n公交车等不来,车\n出租车绕路,车\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(TAXONOMY, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(ROWS * 1 + ROWS.partition("\n")[2] * 5, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_train_and_measure(folder: Path) -> None:
    run("train", "category", "--data", "rows.csv", "--taxonomy", "two.yaml", "--out", "mine")
    assert (folder / "mine" / "model.npz").is_file()
    output = run("eval-category", "rows.csv", "--taxonomy", "two.yaml", "--model", "mine", "--json")
    figures = json.loads(output[output.index("{") :])
    assert figures["n"] == 24
    assert figures["accuracy"] == 1
    assert figures["confusion"]["水"] == {"水": 12, "车": 0}
    assert "macro F1 100.0%" in run("eval-category", "rows.csv", "--taxonomy", "two.yaml", "--model", "mine")


def test_measure_words_alone(folder: Path) -> None:
    assert "accuracy 100.0%" in run("eval-category", "rows.csv", "--taxonomy", "two.yaml", "--model", "")


def test_a_bad_row_is_refused(folder: Path) -> None:
    (folder / "rows.csv").write_text("text,label\n停水,火\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2: '火' is no class"):
        run("train", "category", "--data", "rows.csv", "--taxonomy", "two.yaml")


def test_figures_of_a_confusion() -> None:
    pairs = (("甲", "甲"), ("甲", "乙"), ("乙", "乙"), ("乙", "乙"))
    result = CategoryEvaluation(("甲", "乙"), pairs, 0.75, 1.0)
    assert result.accuracy == 0.75
    assert result.f1("甲") == pytest.approx(2 / 3)
    assert result.f1("乙") == pytest.approx(0.8)
    assert result.macro_f1 == pytest.approx((2 / 3 + 0.8) / 2)


@pytest.mark.slow
def test_an_encoder_is_fine_tuned_and_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)  # else a hub is asked for the model 'nowhere', for a minute
    characters = sorted({c for c in ROWS + TAXONOMY if "\u4e00" <= c <= "\u9fff"})
    vocabulary = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters])}
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    tiny = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=300, **sizes)
    BertForSequenceClassification(tiny).save_pretrained(folder / "base")
    BertTokenizer(vocab=vocabulary).save_pretrained(folder / "base")
    options = ("--taxonomy", "two.yaml")
    run("train", "category", "--data", "rows.csv", *options, "--base", "base", "--out", "tuned", "--epochs", "1")
    output = run("eval-category", "rows.csv", *options, "--model", "tuned", "--json")
    assert json.loads(output[output.index("{") :])["n"] == 24
    with pytest.raises(ConfigError, match="there is no model 'nowhere'"):
        run("train", "category", "--data", "rows.csv", *options, "--base", "nowhere")


@pytest.mark.parametrize("kind", ["category", "request-type", "attitude"])
def test_no_model_is_trained_into_the_folder_of_everything_else(folder: Path, kind: str) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(ConfigError, match="a folder of its own"):
        run("train", kind, "--out", ".")
    assert sorted(folder.iterdir()) == before
