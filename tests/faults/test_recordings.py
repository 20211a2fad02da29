"""Poisoned recordings never stop a night: each is listed with its reason, and the others are scored."""

import random
from pathlib import Path

import numpy as np
import pytest
from small_calls import Home, Night, Undisturbed, as_wav

pytestmark = pytest.mark.slow

POISON = {
    "empty": "empty_file",
    "garbage": "not_audio",
    "truncated": "truncated",
    "no-sound": "truncated",
    "folder": "recording_missing",
    "gone": "recording_missing",
}


def poison(night: Night, folder: Path, seed: int) -> Path:
    """A manifest of the night's calls with the poisoned ones between them."""
    chosen = random.Random(seed)
    (folder / "empty.wav").touch()
    (folder / "garbage.wav").write_bytes(chosen.randbytes(50_000))
    (folder / "truncated.wav").write_bytes(night.recording(0).read_bytes()[:30])
    (folder / "no-sound.wav").write_bytes(as_wav(np.zeros((2, 0), dtype=np.float32)))
    (folder / "folder.wav").mkdir()
    header, *good = night.manifest.read_text(encoding="utf-8").splitlines()
    good = [line.replace(",call-", f",{night.folder}/call-") for line in good]
    bad = [f"{name},{folder}/{name}.wav,3001,夜班,2026-11-01 09:00,inbound,0" for name in POISON]
    lines = good + bad
    chosen.shuffle(lines)
    manifest = folder / "manifest.csv"
    manifest.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return manifest


def test_poisoned_recordings(home: Home, undisturbed: Undisturbed, tmp_path: Path) -> None:
    manifest = poison(home.night, tmp_path, seed=1)
    ended = home.callqa("run", str(manifest))
    assert ended.status == 0, ended.output
    rows = [[cell.strip() for cell in line.split("│")] for line in home.callqa("failures").output.splitlines()]
    assert {row[2]: row[4] for row in rows if len(row) > 4 and row[2] in POISON} == POISON
    assert home.kept()["call_score"] == undisturbed.kept["call_score"]
