"""The files that go with what is removed: copies, recordings, reports."""

from datetime import timedelta
from os import utime
from pathlib import Path

import pytest
from keeping import NOW, kept

from callqa.settings import Settings
from services.context import RubricContext, open_rubric_set
from services.intake.ingest import ingest
from services.intake.uploads import keep_upload, new_part
from services.retention.uploads import drop_unclaimed
from store.calls import uploads
from store.removal import legal_holds

SHA = {n: f"{n:064x}" for n in (1, 2)}


def test_copies_go_with_the_sound_and_others_stay(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    folder = context.settings.home / "listening"
    folder.mkdir()
    names = [
        f"{SHA[1]}.wav",
        f"{SHA[1]}-bleeped-0a.sealed.json",
        f"{'f' * 64}.wav",
        f"{SHA[2]}.wav",
        "x",
    ]
    for name in names:
        (folder / name).write_bytes(b"sound")
    with context.store.write() as c:
        legal_holds.hold_calls(c, [2], "call call-0002", "诉讼", "法务", NOW)
    assert kept(rubric_set, audio_days=1).counts["copies"] == 3
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{SHA[2]}.wav", "x"])


@pytest.mark.parametrize("allowed", [True, False])
def test_recordings_go_only_from_folders_that_are_named(
    settings: Settings, few: Path, samples: Path, tmp_path: Path, allowed: bool
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    manifest = copied(few, samples, inside, outside)
    roots = (inside,) if allowed else ()
    with open_rubric_set(settings) as rubric_set:
        ingest(rubric_set[0].store, settings, str(manifest))
        report = kept(rubric_set, audio_days=1, originals=roots)
    assert [path.exists() for path in (*inside.iterdir(), *outside.iterdir())] == [True] * (1 if allowed else 2)
    assert report.counts["originals_left"] == (1 if allowed else 2)


def test_another_file_of_that_name_stays(settings: Settings, few: Path, samples: Path, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    manifest = copied(few, samples, inside, outside)
    with open_rubric_set(settings) as rubric_set:
        ingest(rubric_set[0].store, settings, str(manifest))
        (replaced,) = inside.iterdir()
        replaced.write_bytes(b"another recording")
        (link,) = outside.iterdir()
        link.rename(tmp_path / "elsewhere")
        link.symlink_to(tmp_path / "elsewhere")
        kept(rubric_set, audio_days=1, originals=(inside, outside))
    assert replaced.exists()
    assert (tmp_path / "elsewhere").exists(), "a link leads out of the folder"


def test_a_recording_that_cannot_be_deleted_keeps_its_call(
    settings: Settings, few: Path, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    manifest = copied(few, samples, inside, outside)
    with open_rubric_set(settings) as rubric_set:
        ingest(rubric_set[0].store, settings, str(manifest))
        real = Path.unlink

        def unlink(path: Path, missing_ok: bool = False) -> None:
            if path.parent == inside:
                raise PermissionError
            real(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", unlink)
        report = kept(rubric_set, audio_days=1, originals=(inside, outside))
    assert (report.counts["originals"], report.counts["originals_stuck"], report.counts["audio"]) == (1, 1, 1)


@pytest.mark.parametrize("limits", [{"transcript_days": 20}, {"score_days": 20}])
def test_reports_go_once_all_their_days_are_over(rubric_set: tuple[RubricContext, ...], limits: dict[str, int]) -> None:
    (context,) = rubric_set
    names = ["2026-10", "2026-11", "2026-10-01_2026-10-07", "2026-10-28_2026-12-01", "_", "notes"]
    for name in names:
        (context.settings.home / "reports" / name / "rubric").mkdir(parents=True)
    kept(rubric_set, **limits)
    left = {path.name for path in (context.settings.home / "reports").iterdir()}
    assert left == {"2026-11", "2026-10-28_2026-12-01", "_", "notes"}


def test_reports_of_held_calls_stay(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    (context.settings.home / "reports" / "2026-11").mkdir(parents=True)
    with context.store.write() as c:
        legal_holds.hold_calls(c, [1], "call call-0001", "诉讼", "法务", NOW)
    kept(rubric_set, transcript_days=1)
    assert (context.settings.home / "reports" / "2026-11").exists()


def copied(few: Path, samples: Path, inside: Path, outside: Path) -> Path:
    """The manifest with one recording in each folder."""
    inside.mkdir()
    outside.mkdir()
    header, *lines = few.read_text(encoding="utf-8").splitlines()
    moved = []
    for line, folder in zip(lines, (inside, outside), strict=True):
        (name,) = (cell for cell in line.split(",") if cell.startswith(str(samples)))
        target = folder / Path(name).name
        target.write_bytes(Path(name).read_bytes())
        moved.append(line.replace(name, str(target)))
    manifest = few.with_name("moved.csv")
    manifest.write_text("\n".join([header, *moved]), encoding="utf-8")
    return manifest


def test_what_nobody_took_in_goes_after_a_day_without_any_limit(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    part = new_part(context.settings)
    part.write_bytes(b"a recording of no call")
    utime(part, (NOW.timestamp(), NOW.timestamp()))
    keep_upload(context.settings, part)
    with context.store.write() as c:
        uploads.put_upload(c, "calls.csv", b"call_id,agent_id", "supervisor", NOW)
        taken = uploads.put_upload(c, "taken.csv", b"call_id,agent_id", "supervisor", NOW)
        uploads.finish(c, taken, {})
    day = timedelta(days=1, seconds=1)
    assert drop_unclaimed(context.store, context.settings, NOW + day / 2) == 0
    assert drop_unclaimed(context.store, context.settings, NOW + day) == 2
    with context.store.read() as c:
        assert [upload.name for upload in uploads.last_uploads(c, 9)] == ["taken.csv"]
    assert list((context.settings.home / "uploads").iterdir()) == []


def test_retention_counts_what_nobody_took_in(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    with context.store.write() as c:
        uploads.put_upload(c, "calls.csv", b"call_id,agent_id", "supervisor", NOW - timedelta(days=2))
    assert kept(rubric_set).counts == {"uploads": 1}
