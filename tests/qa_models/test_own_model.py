"""Models of one's own lie in folders of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from qa_models.category.labeller import labeller_key
from qa_models.utterance.model import model_folder

MARKS = {"model.json": model_folder, "config.json": labeller_key, "model.npz": labeller_key}


@pytest.mark.parametrize(("mark", "door"), MARKS.items())
@pytest.mark.parametrize("name", [".", "..", "../office", "/", "../office/"])
def test_the_folder_that_callqa_is_started_from_is_no_model(
    mark: str, door: Callable[[str], object], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "office"
    (office / "ours").mkdir(parents=True)
    monkeypatch.chdir(office)
    for folder in (office, office / "ours"):
        (folder / mark).write_text("{}")
    with pytest.raises(ConfigError, match="is the folder that callqa is started from.*a folder of its own"):
        door(name)
    assert door("ours")


def test_an_utterance_model_has_a_name() -> None:
    with pytest.raises(ConfigError, match="model '' is the folder that callqa is started from"):
        model_folder("")
