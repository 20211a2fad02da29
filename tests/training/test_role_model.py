import numpy as np
import pytest

from asr.role_model import MODEL, RoleModel, load, shipped_role_model, syllable_keys
from training.role_model import main

PAIRS = (
    "x1-1\tneutral\t我家楼下天天堵车\t请问您怎么称呼\n"
    "x1-2\tcold\t你们管不管\t您还有别的事吗\n"
    "y2-1\ttaboo\t我打了三次电话\t您爱打就打\n"
    "y2-2\tneutral\t\t您好请讲\n"
) * 3
MARKED = "# a heading\n# agent\n您稍等\n# citizen\n我不等\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> RoleModel:
    folder = tmp_path_factory.mktemp("model")
    (folder / "pairs.tsv").write_text(PAIRS, encoding="utf-8")
    (folder / "lines.txt").write_text(MARKED, encoding="utf-8")
    main(["--output", str(folder / "model.npz"), f"{folder / 'pairs.tsv'}=2", f"{folder / 'lines.txt'}=2"])
    return load(folder / "model.npz")


@pytest.mark.parametrize(("text", "sign"), [("您怎么称呼", 1), ("您稍等", 1), ("我家天天堵", -1), ("", 0), ("，。", 0)])
def test_a_trained_model_tells_its_own_lines(trained: RoleModel, text: str, sign: int) -> None:
    assert np.sign(trained.log_odds(text)) == sign


def test_homophones_are_the_same_to_it() -> None:
    model = shipped_role_model()
    assert model.log_odds("工号三零二八为您服务") == model.log_odds("公号三灵二八位您服务")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("您好，请问有什么可以帮您？", 1),
        ("您吵什么吵，有本事您自己去跟物业讲", 1),  # rude is not citizen
        ("行，您是专家，那您来当经理好了。", 1),
        ("我们小区的路灯坏了半个月，到现在没人来修。", -1),
        ("你们到底管不管？我都打了三次电话了。", -1),
        ("谢谢你啊，那我等你们消息。", -1),
    ],
)
def test_the_shipped_model_knows_both_sides(text: str, sign: int) -> None:
    assert np.sign(shipped_role_model().log_odds(text)) == sign


def test_the_shipped_model_is_whole_and_small() -> None:
    model = shipped_role_model()
    assert (np.diff(model.keys.astype(np.int64)) > 0).all()
    assert len(model.keys) == len(model.weights) > 10_000
    assert MODEL.stat().st_size < 200_000


def test_saying_more_of_the_same_changes_nothing() -> None:
    assert set(syllable_keys("您好您好").tolist()) == set(syllable_keys("您好您好您好").tolist())
