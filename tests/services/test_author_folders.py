"""Labelled calls of several authors: figures by author, and the ceiling that two labellers set."""

import json
import shutil
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from callqa.settings import Settings
from services.evaluation.calls import evaluate_folder
from services.evaluation.labelled import author_folders

CALLS = Path(__file__).parent.parent / "calls"


def of_author(folder: Path, calls: tuple[str, ...]) -> None:
    """Some of the labelled calls, as the folder of an author."""
    (folder / "truth").mkdir(parents=True)
    shutil.copy(CALLS / "manifest.csv", folder)
    for call_id in calls:
        shutil.copy(CALLS / "truth" / f"{call_id}.json", folder / "truth")


def change(file: Path, **changes: object) -> None:
    truth = json.loads(file.read_text(encoding="utf-8"))
    for name, value in changes.items():
        truth[name] = value
    file.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def authors(tmp_path: Path) -> Path:
    of_author(tmp_path / "learn" / "anna", ("H101", "H102"))
    of_author(tmp_path / "learn" / "bo", ("H201",))
    return tmp_path / "learn"


def test_figures_of_several_authors_are_told_by_author(settings: Settings, authors: Path) -> None:
    result = evaluate_folder(settings, authors, None)
    assert {name: figures.n_calls for name, figures in result.authors.items()} == {"anna": 2, "bo": 1}
    assert result.n_calls == 3
    assert result.as_dict()["authors"]["bo"]["n_calls"] == 1


def test_authors_of_one_name_in_two_folders_stay_apart(settings: Settings, authors: Path) -> None:
    of_author(authors.parent / "choose" / "anna", ("H202",))
    assert set(evaluate_folder(settings, authors.parent, None).authors) == {"choose/anna", "learn/anna", "learn/bo"}


def test_one_author_is_no_table(settings: Settings, authors: Path) -> None:
    result = evaluate_folder(settings, authors / "anna", None)
    assert (result.authors, result.ceiling, result.n_calls) == ({}, None, 2)


def test_what_labellers_dispute_measures_the_labels_and_no_check(settings: Settings, authors: Path) -> None:
    file = authors / "bo" / "truth" / "H201.json"
    labels = json.loads(file.read_text(encoding="utf-8"))["labels"]
    agreed = {item: label for item, label in labels.items() if item != "attitude"}
    change(file, labels=agreed, disputed={"attitude": ["fail", "pass"]}, second={})
    result = evaluate_folder(settings, authors / "bo", None)
    assert "attitude" not in {item.item for item in result.figures.items}
    assert result.ceiling is not None
    ceiling = {item.item: item for item in result.ceiling.items}
    assert (ceiling["attitude"].n_fail, ceiling["attitude"].hits) == (1, 0)
    assert all(item.misses == item.false_alarms == 0 for name, item in ceiling.items() if name != "attitude")


@pytest.mark.parametrize(
    ("disputed", "code"),
    [
        ({"atitude": ["fail", "pass"]}, "evaluation.item_unknown"),
        ({"attitude": ["fail", "maybe"]}, "evaluation.no_label"),
        ({"attitude": "fail"}, "evaluation.truth_unreadable"),
        (["attitude"], "evaluation.truth_unreadable"),
    ],
)
def test_a_mistake_among_the_disputed_is_told(settings: Settings, authors: Path, disputed: object, code: str) -> None:
    change(authors / "bo" / "truth" / "H201.json", disputed=disputed)
    with pytest.raises(ConfigError) as error:
        evaluate_folder(settings, authors, None)
    assert error.value.code == code


def test_a_call_of_two_authors_is_refused(settings: Settings, authors: Path) -> None:
    of_author(authors / "carl", ("H101",))
    with pytest.raises(ConfigError) as error:
        evaluate_folder(settings, authors, None)
    assert error.value.code == "evaluation.call_twice"


def test_a_folder_without_labelled_calls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        author_folders(tmp_path)
    assert error.value.code == "evaluation.no_truth"
