"""Encrypted recordings: the same calls, heard through the same door, and nothing of them in the clear."""

import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from typed import Typed

from callqa.encryption import HEADER, Key, Keyring, is_encrypted, keyring
from callqa.errors import AudioError, EncryptionError
from callqa.keys import file_sha256
from callqa.settings import Settings
from callqa.settings.privacy import EncryptionSettings
from flows.night import NIGHTLY
from flows.runner import run_night
from flows.stage import in_this_process
from flows.step import Intake
from services.context import open_rubric_set
from services.intake.recordings import fingerprint, open_recording
from services.listening.sounds import NotPlayable, Sound, SoundCache
from services.retention.encrypt_files import decrypt_file, encrypt_file, files_in

OLD, NEW = Key(b"\x01" * 32), Key(b"\x02" * 32)
KEYS = Keyring((NEW, OLD))


@pytest.fixture
def recording(samples: Path, tmp_path: Path) -> Path:
    path = tmp_path / "recordings" / "D019.m4a"
    path.parent.mkdir()
    path.write_bytes((samples / "audio" / "D019.m4a").read_bytes())
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_sha256(file)


def test_a_file_comes_back_as_it_was(recording: Path) -> None:
    before = recording.read_bytes()
    recording.chmod(0o640)
    assert encrypt_file(recording, KEYS)
    assert is_encrypted(recording.read_bytes())
    assert recording.stat().st_mode & 0o777 == 0o640
    assert before[1000:1100] not in recording.read_bytes()
    assert not encrypt_file(recording, KEYS), "it is encrypted already"
    assert decrypt_file(recording, KEYS)
    assert recording.read_bytes() == before
    assert not decrypt_file(recording, KEYS)


def test_an_old_key_is_replaced(recording: Path) -> None:
    encrypt_file(recording, Keyring((OLD,)))
    assert encrypt_file(recording, KEYS)
    assert decrypt_file(recording, Keyring((NEW,)))


def test_a_stop_leaves_the_old_file(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = recording.read_bytes()

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("services.retention.encrypt_files.encrypt", full)
    with pytest.raises(OSError, match="no space"):
        encrypt_file(recording, KEYS)
    assert recording.read_bytes() == before
    assert files_in([recording.parent]) == [recording]


def test_it_is_the_same_recording(recording: Path) -> None:
    before = fingerprint(str(recording), KEYS)
    plain = recording.read_bytes()
    encrypt_file(recording, KEYS)
    assert fingerprint(str(recording), KEYS) == before
    with open_recording(str(recording), before.sha256, KEYS) as file:
        assert file.read() == plain


@pytest.mark.parametrize(
    ("damage", "keys", "reason"),
    [
        (lambda data: data, Keyring(), "recording_wrong_key"),
        (lambda data: data, Keyring((Key(b"\x03" * 32),)), "recording_wrong_key"),
        (lambda data: data[:-1], KEYS, "recording_tampered"),
        (lambda data: data[:HEADER] + b"\0" + data[HEADER + 1 :], KEYS, "recording_tampered"),
    ],
)
def test_what_cannot_be_opened_says_why(
    recording: Path, damage: Callable[[bytes], bytes], keys: Keyring, reason: str
) -> None:
    known = sha256(recording)
    encrypt_file(recording, KEYS)
    recording.write_bytes(damage(recording.read_bytes()))
    with pytest.raises(AudioError) as caught:
        open_recording(str(recording), known, keys)
    assert caught.value.reason == reason


@pytest.mark.parametrize("bleeped", [False, True])
def test_copies_for_the_desk_are_encrypted_too(recording: Path, tmp_path: Path, bleeped: bool) -> None:
    from asr.bleep import Bleep

    known = sha256(recording)
    bleeps = (Bleep(1.0, 2.0),) if bleeped else ()
    plain = SoundCache(tmp_path / "plain", 100).sound(str(recording), known, bleeps)
    encrypt_file(recording, KEYS)
    cache = SoundCache(tmp_path / "listening", 100, keys=KEYS)
    encrypted = cache.sound(str(recording), known, bleeps)
    assert isinstance(plain, Sound)
    assert isinstance(encrypted, Sound)
    for path in (tmp_path / "listening").glob("*.*"):
        assert is_encrypted(path.read_bytes()), path.name
    with encrypted.open(encrypted.wav) as file:
        assert file.read() == plain.wav.read_bytes()
    with encrypted.open(encrypted.peaks) as file:
        assert file.read() == plain.peaks.read_bytes()
    assert encrypted.size() == plain.wav.stat().st_size


def test_copies_in_the_clear_go_when_there_is_a_key(recording: Path, tmp_path: Path) -> None:
    known = sha256(recording)
    before = SoundCache(tmp_path, 100).sound(str(recording), known)
    after = SoundCache(tmp_path, 100, keys=KEYS).sound(str(recording), known)
    assert isinstance(before, Sound)
    assert isinstance(after, Sound)
    assert not before.wav.exists()
    assert not before.peaks.exists()


def test_a_copy_under_a_lost_key_is_made_anew(recording: Path, tmp_path: Path) -> None:
    known = sha256(recording)
    SoundCache(tmp_path, 100, keys=Keyring((OLD,))).sound(str(recording), known)
    again = SoundCache(tmp_path, 100, keys=Keyring((NEW,))).sound(str(recording), known)
    assert isinstance(again, Sound)
    assert again.opens()


def test_a_recording_under_a_lost_key_is_no_crash(recording: Path, tmp_path: Path) -> None:
    encrypt_file(recording, KEYS)
    answer = SoundCache(tmp_path, 100, keys=Keyring((Key(b"\x03" * 32),))).sound(str(recording), "0" * 64)
    assert answer == NotPlayable("recording_wrong_key", "录音已加密，缺少密钥，请联系管理员")


@pytest.mark.slow  # two whole nights
def test_a_night_over_encrypted_recordings_is_the_same_night(
    settings: Settings, few: Path, samples: Path, tmp_path: Path
) -> None:
    secret = EncryptionSettings(key=SecretStr("02" * 32))
    folder = tmp_path / "audio"
    folder.mkdir()
    for name in ("D019.m4a", "D036.mp3"):
        (folder / name).write_bytes((samples / "audio" / name).read_bytes())
        encrypt_file(folder / name, keyring(secret))
    manifest = tmp_path / "sealed.csv"
    manifest.write_text(few.read_text(encoding="utf-8").replace(f"{samples}/audio", str(folder)), encoding="utf-8")
    with open_rubric_set(settings.model_copy(update={"encryption": secret})) as rubric_set:
        intake = Intake(str(manifest))
        (report,) = run_night(rubric_set, "run", NIGHTLY, in_this_process, Console(quiet=True), intake)
    assert (report.stages["transcribe"].done, report.stages["transcribe"].failed) == (2, 0)
    assert report.stages["score"].done == 2


def test_the_command_encrypts_a_folder(
    typed: Typed, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = recording.read_bytes()
    assert typed("encrypt", str(recording.parent)).exit_code, "there is no key"
    key_file = tmp_path / "keys"
    typed("encrypt", "--new-key", str(key_file))
    assert key_file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("CALLQA_ENCRYPTION__KEY_FILE", str(key_file))
    assert "files encrypted: 1" in typed("encrypt", str(recording.parent)).output
    assert is_encrypted(recording.read_bytes())
    typed("encrypt", "--new-key", str(key_file))
    assert len(key_file.read_text().split()) == 2, "the old key still opens what it encrypted"
    assert "files decrypted: 1" in typed("encrypt", "--undo", str(recording.parent)).output
    assert recording.read_bytes() == plain


def test_a_folder_with_the_key_in_it_is_refused_before_anything_is_encrypted(
    typed: Typed, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, key_file = recording.read_bytes(), recording.parent / "keys"
    typed("encrypt", "--new-key", str(key_file))
    key = key_file.read_bytes()
    monkeypatch.setenv("CALLQA_ENCRYPTION__KEY_FILE", str(key_file))
    assert "is a key" in str(typed("encrypt", str(recording.parent)).exception)
    assert (recording.read_bytes(), key_file.read_bytes()) == (plain, key)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # its file lies there
def test_the_home_is_not_encrypted(typed: Typed, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_rubric_set(settings):
        pass
    monkeypatch.setenv("CALLQA_ENCRYPTION__KEY", "02" * 32)
    assert "callqa's own" in str(typed("encrypt", str(settings.home)).exception)
    assert not is_encrypted((settings.home / "callqa.db").read_bytes())


def test_manifests_beside_the_recordings_stay_readable(
    typed: Typed, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = recording.with_name("manifest.CSV")
    manifest.write_text("call_id,agent_id,started_at\n", encoding="utf-8")
    monkeypatch.setenv("CALLQA_ENCRYPTION__KEY", "02" * 32)
    output = typed("encrypt", str(recording.parent)).output
    assert "1 tables stay as they are" in output
    assert "files encrypted: 1" in output
    assert not is_encrypted(manifest.read_bytes())


def test_nothing_to_encrypt_is_said(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_ENCRYPTION__KEY", "02" * 32)
    assert "name recordings" in str(typed("encrypt").exception)


@pytest.mark.parametrize("content", [b"callqa\x01\n\xff\xfe", b"alerts = 1\n"])
def test_a_new_key_is_never_put_above_other_things(typed: Typed, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert "choose another file" in str(typed("encrypt", "--new-key", str(path)).exception)
    assert path.read_bytes() == content
    assert "cannot be written" in str(typed("encrypt", "--new-key", str(tmp_path / "none" / "keys")).exception)


def test_what_cannot_be_decrypted_stays_as_it_is(recording: Path) -> None:
    encrypt_file(recording, KEYS)
    encrypted = recording.read_bytes()
    with pytest.raises(EncryptionError):
        decrypt_file(recording, Keyring((Key(b"\x03" * 32),)))
    assert recording.read_bytes() == encrypted


def test_an_encrypted_sound_file_is_a_sound_file(recording: Path, tmp_path: Path) -> None:
    sound = SoundCache(tmp_path, 100, keys=KEYS).sound(str(recording), sha256(recording))
    assert isinstance(sound, Sound)
    with sound.open(sound.wav) as file, wave.Wave_read(file) as heard:
        assert heard.getframerate() == 8000
