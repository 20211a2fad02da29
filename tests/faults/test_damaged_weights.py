"""Damaged weights are refused by their hash before a call is heard, and the error says what to do."""

from pathlib import Path

import pytest
from small_calls import Home, Undisturbed

from asr.weights import KNOWN, MODEL, SMALL_FILES

pytestmark = pytest.mark.slow
MODEL_NAME = "tiny"  # no package carries it, so there is no other source to go on with


def damaged(folder: Path) -> Path:
    """As large as the real ones."""
    folder.mkdir(parents=True)
    with (folder / MODEL).open("wb") as file:
        file.truncate(KNOWN[MODEL_NAME].size)
    for name in SMALL_FILES:
        (folder / name).write_text("{}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("place", ["given", "cache"])
def test_damaged_weights(home: Home, undisturbed: Undisturbed, tmp_path: Path, place: str) -> None:
    folder = damaged(tmp_path / ".cache/callqa/weights" / KNOWN[MODEL_NAME].sha256)
    settings = {
        "CALLQA_ASR__ENGINE": "faster-whisper",
        "CALLQA_ASR__MODEL": MODEL_NAME,
        "HOME": str(tmp_path),
        "HF_HUB_OFFLINE": "1",
    }
    if place == "given":
        settings |= {"CALLQA_ASR__WEIGHTS": str(folder), "HOME": str(tmp_path / "elsewhere")}
    ended = home.run(**settings)
    assert ended.status == 1
    assert "Traceback" not in ended.output
    assert f"{folder}: {MODEL} has another SHA-256" in ended.output
    assert "To mend it, set asr.weights to a folder with" in ended.output
    assert home.kept()["transcript"] == home.failed() == []
    assert home.recover() == undisturbed.kept
