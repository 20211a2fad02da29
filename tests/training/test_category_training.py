"""Reading labelled text, features, augmentation, and training on a handful of lines."""

import random
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from callqa.errors import ConfigError
from callqa.syllables import sound_key
from qa_models.category.classifier import load, save
from qa_models.category.features import Piece, count, read, runs
from qa_models.category.labeller import labeller, labeller_key
from qa_models.category.tables import Message, read_messages
from qa_models.category.taxonomy import load_taxonomy
from training.category.example import Labelled
from training.category.mishearing import MishearingModel, mishearing_of
from training.category.statements import as_call, statements
from training.category.train import Recipe, Trained, rows_of, train

LINES = {
    "水": ["家里停水了", "水管爆了到处是水", "自来水发黄", "水表走得太快", "水压太小洗不了澡", "楼上漏水"],
    "车": ["公交车等不来", "出租车绕路", "车子被贴了条", "停车没地方", "司机把车开走了", "货车超载"],
}
TAXONOMY = "- name: 水\n  classes: {供水: [停水, 水管]}\n- name: 车\n  classes: {客运: [公交车, 出租车]}\n"


def table(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("text,class\n停水,水\n", "line 1: needs the columns label and text"),
        ("text,label\n停水,\n", "line 2: no label"),
        ("text,label\n停水,水\n,水\n", "line 3: no text"),
        ("text,label\n停水,火\n", "line 2: '火' is no class of the taxonomy"),
        ("text,label\n停水,昨天,水\n", "line 2: more cells than columns"),
        ('text,label\n"停\n水",水\n停水,\n', "line 4: no label"),
        ('text,label\n停水,水\n"停水,水\n', "line 3: "),
        ("text,label\n", "has no rows"),
    ],
)
def test_a_bad_table_is_refused_with_line_and_reason(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_messages(table(tmp_path, text), ("水", "车"))


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_messages(tmp_path / "nowhere.csv")
    path = tmp_path / "gbk.csv"
    path.write_bytes("text,label\n路灯不亮了,城乡建设\n".encode("gbk"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_messages(path)


def test_subject_and_body_are_one_text(tmp_path: Path) -> None:
    (message,) = read_messages(table(tmp_path, "subject,body,label\n停水,三天了,水\n"))
    assert message == Message("停水", "三天了", "水")
    assert message.text == "停水。三天了"
    assert [piece.weight for piece in message.pieces] == [1.0, 2.0]


def test_the_statements_that_ship_fit_the_taxonomies_that_ship() -> None:
    petition = {c.name: c.classes for c in load_taxonomy("petition").categories}
    for line in statements("category_l1"):
        assert line.group in petition[line.label] or line.group == "其他"
    assert {line.label for line in statements("request_type")} == set(load_taxonomy("request_types").names)


def test_homophones_share_the_sounds_and_nothing_else() -> None:
    heard, wrote = count([Piece("拖欠工资")]), count([Piece("脱浅公子")])
    characters, words, sounds = (set(a.keys) & set(b.keys) for a, b in zip(heard, wrote, strict=True))
    assert not characters
    assert not words
    assert len(sounds) >= 3  # an other mark of fricatives, zi for zi: all sounds but none of the letters


def test_stop_words_count_only_where_they_are_wanted() -> None:
    assert len(read("这个是我们的路灯").characters) == 8
    assert sum(len(counts.keys) for counts in count([Piece("这个是我们的")])) == 0
    assert sum(len(counts.keys) for counts in count([Piece("这个是我们的")], topical=False)) > 0


def test_no_run_goes_from_one_piece_into_the_next() -> None:
    apart = count([Piece("路灯"), Piece("坏了")], topical=False)[0]
    together = count([Piece("路灯坏了")], topical=False)[0]
    assert len(apart.keys) < len(together.keys)


def test_runs_know_their_place() -> None:
    characters = runs([Piece("路灯", 1.0), Piece("！修路灯", 0.5)], topical=False)[0]
    same = characters.keys == characters.keys[np.flatnonzero(characters.pieces == 0)[-1]]
    assert sorted(zip(characters.pieces[same], characters.starts[same], strict=True)) == [(0, 0), (1, 2)]


@pytest.fixture(scope="module")
def listener() -> MishearingModel:
    return mishearing_of([line.text for line in statements("category_l1")[::4]])


@pytest.mark.parametrize("errors", [0.0, 0.1, 0.3])
def test_an_engine_writes_about_as_many_characters_wrong_as_it_is_told(
    listener: MishearingModel, errors: float
) -> None:
    text = "公交车等不来司机把车开走了楼上漏水家里停水了" * 50
    wrote = listener.writes(text, random.Random(1), errors)
    assert errors * 0.6 <= Levenshtein.normalized_distance(text, wrote) <= errors


def test_most_of_what_an_engine_writes_wrong_sounds_alike(listener: MishearingModel) -> None:
    text = "公交车等不来司机把车开走了楼上漏水家里停水了" * 50
    wrote = listener.writes(text, random.Random(1), 0.3)
    wrong = Levenshtein.distance(text, wrote)
    off = Levenshtein.distance(sound_key(text).split(), sound_key(wrote).split())
    assert 0.4 * wrong < off < 0.9 * wrong


def test_an_engine_writes_numbers_in_digits(listener: MishearingModel) -> None:
    wrote = listener.writes("我住十八楼，一起来", random.Random(2), 0.0)
    assert wrote.replace("，", "") == "我住18楼一起来"


def test_a_synthetic_call_keeps_what_was_said() -> None:
    spoken_call = as_call(["家里停水了"], random.Random(3))
    assert "家里停水了" in spoken_call
    assert len(spoken_call) > 15


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("taxonomy") / "two.yaml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return path


def trained(taxonomy: Path) -> Trained:
    tree = load_taxonomy(str(taxonomy))
    lines = [Labelled(text, label) for label, texts in LINES.items() for text in texts]
    return train(rows_of([], lines, tree, Recipe()), tree.names, Recipe(), lambda what, share: None)


def test_training_learns_and_is_the_same_every_time(taxonomy: Path, tmp_path: Path) -> None:
    model = trained(taxonomy).model
    likely = model.probabilities([Piece("我们这里自来水停了")])
    assert model.classes[int(likely.argmax())] == "水"
    assert likely.sum() == pytest.approx(1)
    for name, saved in (("one.npz", model), ("two.npz", trained(taxonomy).model)):
        save(saved, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_saved_model_says_the_same(taxonomy: Path, tmp_path: Path) -> None:
    model = trained(taxonomy).model
    save(model, tmp_path / "model.npz")
    read_back = labeller(str(tmp_path), str(taxonomy), words=False)
    pieces = [Piece("公交车司机绕路")]
    np.testing.assert_allclose(read_back.probabilities(pieces), model.probabilities(pieces), atol=0.01)
    spoken = read_back.says(["好的", "公交车绕路"], "车")
    assert spoken[1].sum() > spoken[0].sum()
    assert labeller_key(str(tmp_path)) != labeller_key("category")


def test_a_model_for_other_classes_is_refused(taxonomy: Path) -> None:
    with pytest.raises(ConfigError, match="knows classes that taxonomy .* has not"):
        labeller("category", str(taxonomy))


@pytest.mark.parametrize("content", [b"", b"PK nonsense"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(ConfigError, match="is not a model"):
        load(tmp_path / "model.npz")


def test_the_taxonomies_words_work_without_training() -> None:
    shanghai = labeller("", "shanghai")
    likely = shanghai.probabilities([Piece("我们小区停水两天了，自来水公司不来修水管")])
    assert shanghai.classes[int(likely.argmax())] == "公用事业类"


@pytest.mark.parametrize("classes", [(), ("水",)])
def test_one_class_cannot_be_told_from_others(classes: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(TAXONOMY, encoding="utf-8")
    messages = [Labelled(text, label) for label in classes for text in LINES[label]]
    with pytest.raises(ConfigError, match="nothing to tell apart.*at least two classes"):
        rows_of(messages, [], load_taxonomy(str(path)), Recipe())
