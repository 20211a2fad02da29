"""A playlist of the two shortest samples, for the tests of clips."""

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

from callqa.coaching import Clip
from callqa.types import Verdict
from services.context import RubricContext
from services.intake.ingest import ingest
from store.people import playlists

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OPENING = Clip("D019", "opening", Verdict.MET, 0.0, 6.5, "3045 语速合适")


def own_recordings(few: Path, samples: Path, folder: Path) -> Path:
    """Their manifest, with recordings that a test may damage."""
    shutil.copytree(samples / "audio", folder / "audio")
    few.write_text(few.read_text(encoding="utf-8").replace(f"{samples}/audio/", f"{folder}/audio/"), encoding="utf-8")
    return few


def fill(context: RubricContext, manifest: Path, *clips: Clip) -> None:
    ingest(context.store, context.settings, str(manifest), None)
    with context.store.write() as connection:
        playlists.add_clips(connection, "新人", clips, "王培训", NOW)


def sheet(folder: Path) -> list[dict[str, str]]:
    with (folder / "playlist.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
