"""Backups of a home and back again."""

import errno
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from postgres import Postgres
from restoring import restored
from small_files import files_of_at_most
from typed import Typed

from callqa.errors import ConfigError, StoreAway, StoreBusy, StoreError
from callqa.settings import GoldenSettings, Settings
from callqa.settings.privacy import EncryptionSettings
from services.runs.lease import run_lease
from services.upkeep.backup import ABANDONED, Chosen, back_up, read_contents
from services.upkeep.checkup import checkup
from services.upkeep.own_files import own_files
from services.upkeep.restore import put_files, refuse_full
from store import Store, open_store
from store.db.copying import Rows, fingerprints


@pytest.fixture
def store(scored: Settings) -> Iterator[Store]:
    with closing(open_store(scored.database)) as opened:
        yield opened


@pytest.fixture
def archive(scored: Settings, store: Store, tmp_path: Path) -> Path:
    back_up(scored, store, tmp_path / "backup.zip", Chosen())
    return tmp_path / "backup.zip"


def rows(settings: Settings) -> dict[str, Rows]:
    with closing(open_store(settings.database)) as opened, opened.read() as c:
        return {name: fingerprint for name, fingerprint in fingerprints(c).items() if name != "lease"}


def test_round_trip_into_a_new_home(scored: Settings, archive: Path, tmp_path: Path) -> None:
    other = scored.model_copy(update={"home": tmp_path / "other", "database_url": ""})
    restored(other, archive, force=False)
    assert rows(other) == rows(scored)
    assert [path.name for path in other.home.iterdir() if path.name.startswith(".restoring")] == []


@pytest.mark.slow
def test_round_trip_by_way_of_postgresql(scored: Settings, archive: Path, postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as name:
        served = scored.model_copy(update={"database_url": postgres.url(name), "home": tmp_path / "served"})
        restored(served, archive, force=False)
        assert rows(served) == rows(scored)
        with closing(open_store(served.database)) as opened:
            back_up(served, opened, tmp_path / "again.zip", Chosen())
    back = scored.model_copy(update={"home": tmp_path / "back", "database_url": ""})
    restored(back, tmp_path / "again.zip", force=False)
    assert rows(back) == rows(scored)


def test_data_is_replaced_only_by_force(scored: Settings, archive: Path) -> None:
    before = rows(scored)
    with pytest.raises(ConfigError, match="has data in it.*--force"):
        restored(scored, archive, force=False)
    with (
        closing(open_store(scored.database)) as opened,
        run_lease(opened),
        pytest.raises(StoreError, match="another run is at work"),
    ):
        restored(scored, archive, force=True)
    restored(scored, archive, force=True)
    assert rows(scored) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_beyond_opening_is_moved_aside(scored: Settings, archive: Path, store: Store) -> None:
    before = rows(scored)
    store.close()
    file = Path(scored.database.removeprefix("sqlite:///"))
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="cannot open"):
        restored(scored, archive, force=False)
    restored(scored, archive, force=True)
    assert rows(scored) == before
    (aside,) = file.parent.glob("callqa.db.unusable-*")
    assert aside.read_bytes()[:11] == b"no database"
    assert [str(diagnosis.fix) for diagnosis in checkup(scored) if str(aside) in str(diagnosis.found)] == [
        f"once nothing is to be saved from it: rm {aside}"
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_is_only_busy_is_not_moved_aside(
    scored: Settings, archive: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: str) -> Store:
        raise StoreBusy("another process kept the database busy")

    monkeypatch.setattr("services.upkeep.restore.open_store", busy)
    with pytest.raises(StoreBusy):
        restored(scored, archive, force=True)
    assert list(scored.home.glob("*.unusable-*")) == []


def changed(archive: Path, member: str, content: bytes) -> Path:
    """A copy of the archive with another content of one member."""
    other = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, content if name == member else source.read(name))
    return other


def test_an_archive_that_is_not_whole_is_refused(archive: Path, scored: Settings, tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    contents = json.loads(zipfile.ZipFile(archive).read("contents.json"))
    contents["rows"]["call"] += 1
    flipped = bytearray(archive.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    other = scored.model_copy(update={"home": tmp_path / "other", "database_url": ""})
    for bad, message in (
        (half, "is no whole backup"),
        (tmp_path / "flipped.zip", "no whole backup|damaged"),
        (changed(archive, "callqa.db", b"x"), "callqa.db is not what was backed up"),
        (tmp_path / "nowhere.zip", "there is no archive"),
    ):
        with pytest.raises(ConfigError, match=message):
            restored(other, bad, force=False)
    with pytest.raises(ConfigError, match="do not have the rows that were counted"):
        restored(other, changed(archive, "contents.json", json.dumps(contents).encode()), force=False)
    assert not Path(other.database.removeprefix("sqlite:///")).exists()


def test_an_archive_is_its_owners_and_never_overwritten(scored: Settings, archive: Path, store: Store) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="is there already"):
        back_up(scored, store, archive, Chosen())
    with pytest.raises(ConfigError, match="cannot be written.*choose another folder"):
        back_up(scored, store, archive.parent / "no" / "such" / "folder.zip", Chosen())
    assert [path.name for path in archive.parent.iterdir() if "backup" in path.name] == ["backup.zip"]


def test_no_room_for_a_backup_is_one_line_and_leaves_nothing(scored: Settings, store: Store, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    with files_of_at_most(100_000), pytest.raises(StoreAway, match=r"cannot write .*callqa.db: .*free space"):
        back_up(scored, store, tmp_path / "to" / "backup.zip", Chosen())
    assert list((tmp_path / "to").iterdir()) == []


def test_no_room_for_a_restore_changes_nothing(scored: Settings, archive: Path) -> None:
    before, there = rows(scored), {path.name for path in scored.home.iterdir()}
    with (
        files_of_at_most(100_000),
        pytest.raises(ConfigError, match=r"cannot write .*callqa.db: .*Nothing was changed"),
    ):
        restored(scored, archive, force=True)
    assert rows(scored) == before
    assert {path.name for path in scored.home.iterdir()} == there


def test_what_a_killed_backup_left_goes_with_a_later_one(scored: Settings, store: Store, tmp_path: Path) -> None:
    left, at_work = (tmp_path / f".callqa-backup-{name}" for name in ("left", "work"))
    for folder in (left, at_work):
        folder.mkdir()
        (folder / "callqa.db").write_text("all that people said")
    os.utime(left, (0, left.stat().st_mtime - 2 * ABANDONED))
    back_up(scored, store, tmp_path / "b.zip", Chosen())
    assert (left.exists(), at_work.exists()) == (False, True)


@pytest.fixture
def office(scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With files of its own."""
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("callqa.toml", "rubric.yaml", "floors.yaml", "words.txt"):
        (folder / name).write_text(f"# {name}\n", encoding="utf-8")
    asr = scored.asr.model_copy(update={"hotwords": folder / "words.txt"})
    golden = GoldenSettings(floors=folder / "floors.yaml")
    named = {"rubric": f"pudong-12345, {folder / 'rubric.yaml'}", "asr": asr, "golden": golden}
    return scored.model_copy(update=named)


def test_the_offices_files_go_with_it(office: Settings, store: Store, tmp_path: Path) -> None:
    assert [file.setting for file in own_files(office)] == ["rubric", "asr.hotwords", "golden.floors"]
    archive = tmp_path / "office.zip"
    contents = back_up(office, store, archive, Chosen())
    assert sorted(contents.places) == [
        "files/1-rubric.yaml", "files/2-words.txt", "files/3-floors.yaml", "files/callqa.toml",
    ]  # fmt: skip
    refuse_full(tmp_path / "put")
    written = [path for path, _ in put_files(archive, read_contents(archive), tmp_path / "put")]
    assert {path.name: path.read_text(encoding="utf-8") for path in written}["1-rubric.yaml"] == "# rubric.yaml\n"
    for full in (tmp_path / "put", written[0]):
        with pytest.raises(ConfigError, match="choose an empty folder"):
            refuse_full(full)
    assert back_up(office, store, tmp_path / "none.zip", Chosen(files=False)).places == {}


def test_what_own_checks_name_goes_with_them(office: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    for name in (
        "ours.yaml", "one.npz", "not-named.txt", "ours/model.json", "ours/network/config.json", "letters/a.txt",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "checks").mkdir()
    (folder / "checks/words.txt").write_text("words")
    parts = "{lexicon: words.txt}", "{taxonomy: ours.yaml, model: one.npz}", "{any: [{model: ours}]}"
    # the last ones are no models, whatever lies there
    parts += "{taxonomy: petition, model: ''}", "{model: .}", "{model: ..}", "{model: letters}", "{model: manners}"
    checks = ", ".join(f"{{id: c{n}, params: {part}}}" for n, part in enumerate(parts))
    (folder / "checks/checks.yaml").write_text(f"checks: [{checks}]")
    own_paths = own_files(office.model_copy(update={"checks": (Path("checks/checks.yaml"),)}))
    assert [str(file.path) for file in own_paths if file.setting == "checks"] == [
        "checks/checks.yaml", "checks/words.txt", "ours.yaml", "one.npz", "ours/model.json", "ours/network/config.json",
    ]  # fmt: skip


@pytest.mark.parametrize("keys", [True, False])
def test_keys_go_with_it_only_when_asked_and_anchors_always(
    scored: Settings, store: Store, tmp_path: Path, keys: bool
) -> None:
    (tmp_path / "sealing").write_text("5" * 64)
    (scored.home / "audit-anchors.txt").write_text("anchors")
    (scored.home / "erasure.key").write_text("6" * 64)
    encrypted = scored.model_copy(update={"encryption": EncryptionSettings(key_file=tmp_path / "sealing")})
    contents = back_up(encrypted, store, tmp_path / "b.zip", Chosen(keys=keys))
    in_it = {"home/audit-anchors.txt"} | ({"home/erasure.key", "files/1-sealing"} if keys else set())
    assert contents.places.keys() == in_it
    assert contents.left_out.keys() == (set() if keys else {"retention.key_file", "encryption.key_file"})
    held = b"".join(zipfile.ZipFile(tmp_path / "b.zip").read(name) for name in in_it)
    assert (b"6" * 64 in held, b"5" * 64 in held) == (keys, keys)
    other = encrypted.model_copy(update={"home": tmp_path / "other", "database_url": ""})
    restored(other, tmp_path / "b.zip")
    assert (other.home / "audit-anchors.txt").read_text() == "anchors"
    assert (other.home / "erasure.key").exists() is keys
    (other.home / "audit-anchors.txt").write_text("newer")
    restored(other, tmp_path / "b.zip", force=True)
    assert (other.home / "audit-anchors.txt").read_text() == "newer", "what is there knows more"


def test_a_home_gets_whole_files_or_none(
    scored: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scored.home / "erasure.key").write_text("6" * 64)
    back_up(scored, store, tmp_path / "b.zip", Chosen(keys=True))
    (scored.home / "erasure.key").unlink()

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            restored(scored, tmp_path / "b.zip", force=True)
    assert not (scored.home / "erasure.key").exists()
    restored(scored, tmp_path / "b.zip", force=True)
    assert (scored.home / "erasure.key").read_text() == "6" * 64


@pytest.mark.parametrize("keys", [True, False])
def test_settings_with_the_key_itself_in_them_are_a_key(office: Settings, typed: Typed, keys: bool) -> None:
    Path("callqa.toml").write_text(f'[encryption]\nkey = "{"5" * 64}"\n')
    (office.home / "erasure.key").write_text("6" * 64)
    made = typed("backup", "b.zip", "--no-files", *(["--keys"] if keys else []))
    assert made.exit_code == 0, made.output
    contents = read_contents(Path("b.zip"))
    assert set(contents.places) == ({"files/callqa.toml", "home/erasure.key"} if keys else set())
    assert set(contents.left_out) == (set() if keys else {"encryption.key", "retention.key_file"})
    assert made.output.count("NOT in it: ") == (0 if keys else 2)
    assert typed("backup", "all.zip", *(["--keys"] if keys else [])).exit_code == 0
    assert ("files/callqa.toml" in read_contents(Path("all.zip")).places) is keys


def test_as_typed(scored: Settings, typed: Typed, tmp_path: Path) -> None:
    (scored.home / "erasure.key").write_text("6" * 64)
    made = typed("backup", str(tmp_path / "b.zip"), "--no-files")
    assert made.exit_code == 0, made.output
    assert "b.zip: calls 60, files 0" in made.output
    assert "NOT in it" in made.output
    refused = typed("restore", str(tmp_path / "b.zip"))
    assert isinstance(refused.exception, ConfigError)
    done = typed("restore", str(tmp_path / "b.zip"), "--force")
    assert done.exit_code == 0, done.output
    assert re.search(r"calls as of [0-9 :-]+ UTC: 60\b", " ".join(done.output.split()))


def test_a_folder_that_is_not_empty_is_refused_before_anything_is_restored(
    typed: Typed, scored: Settings, archive: Path, tmp_path: Path
) -> None:
    before = rows(scored)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "callqa.toml").touch()
    refused = typed("restore", str(archive), "--force", "--files", str(tmp_path / "full"))
    assert "choose an empty folder" in str(refused.exception)
    assert rows(scored) == before
