from pathlib import Path

import numpy as np
import pytest

from asr.language_model import BITS, LanguageModel, load, next_history, save, shipped_model, special_id
from training.language_model import main, plain, read_lines

TEXT = "电话打不通\n电话号码\n我打电话\n马路上有人打电话\n路灯不亮\n" * 5


def text_log_probability(model: LanguageModel, text: str) -> float:
    """Nats, of the whole text after a break."""
    history, total = np.zeros(1, dtype=np.uint64), 0.0
    for id_ in model.ids(text):
        total += float(model.log_probabilities(history, np.array([id_]))[0, 0])
        history = next_history(history, np.array([id_], dtype=np.uint64))
    return total


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder = tmp_path_factory.mktemp("model")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    (folder / "words.txt").write_text("马路 500 n\n路灯 20 n\n", encoding="utf-8")
    model = folder / "model.npz"
    main(["--output", str(model), "--threshold", "0.1", str(folder / "text.txt"), f"{folder / 'words.txt'}=words"])
    return load(model)


def test_what_follows_sums_to_one(trained: LanguageModel) -> None:
    everything = np.arange(len(trained.levels[0].keys))
    for text in ("", "打", "打电", "灯灯灯", "路灯"):
        history = np.zeros(1, dtype=np.uint64)
        for id_ in trained.ids(text):
            history = next_history(history, np.array([id_], dtype=np.uint64))
        total = np.exp(trained.log_probabilities(history, everything)).sum()
        assert total == pytest.approx(1, abs=0.08)  # logs are stored in steps of 1/14


def test_the_text_is_likelier_than_its_homophones(trained: LanguageModel) -> None:
    assert text_log_probability(trained, "打电话") > text_log_probability(trained, "打话电") + 3
    assert text_log_probability(trained, "电话") > text_log_probability(trained, "店话") + 3


def test_a_model_is_read_as_it_was_written(trained: LanguageModel, tmp_path: Path) -> None:
    save(trained, tmp_path / "again.npz")
    again = load(tmp_path / "again.npz")
    assert again.characters == trained.characters
    for level, other in zip(trained.levels, again.levels, strict=True):
        np.testing.assert_array_equal(level.keys, other.keys)
        np.testing.assert_allclose(level.logs, other.logs, atol=1e-5)
        np.testing.assert_allclose(level.backoffs, other.backoffs, atol=1e-5)


def test_the_shipped_model_is_whole_and_small() -> None:
    model = shipped_model()
    for shorter, level in zip(model.levels, model.levels[1:], strict=False):
        assert (np.diff(level.keys.astype(np.int64)) > 0).all()
        assert shorter.find(level.keys >> np.uint64(BITS))[1].all(), "an n-gram without its beginning is never found"
    assert text_log_probability(model, "请问有什么可以帮您") > text_log_probability(model, "请问有什么可以邦您") + 5


@pytest.mark.parametrize(("character", "kind"), [("，", 0), (" ", 0), ("龘", 1), ("7", 2), ("A", 3), ("b", 3)])
def test_characters_outside_the_vocabulary(character: str, kind: int) -> None:
    assert special_id(character) == kind


def test_texts_are_read_plain(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# not this\n電話打不通，ＯＫ\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("subject,label\n路灯，不亮！,1\n", encoding="utf-8")
    (tmp_path / "c.json").write_text('[{"content": [{"[SPEAKER 1]": "你好", "info": 1}]}]', encoding="utf-8")
    (tmp_path / "d.tsv").write_text("a1-1\tcold\t\t请讲。\na1-2\tcold\t坏了\t请讲。\n", encoding="utf-8")
    lines = [line for name in ("a.txt", "b.csv", "c.json", "d.tsv") for line in read_lines(tmp_path / name)]
    assert lines == ["电话打不通 ok", "路灯 不亮", "你好", "请讲", "坏了"]
    assert plain("１２路，　车_站") == "12路 车 站"
