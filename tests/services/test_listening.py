"""Sound files for the browser, from real recordings: as they were recorded, made once, kept within bounds."""

import json
import os
import shutil
import threading
import wave
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pytest

import services.listening.sounds
from asr.bleep import Bleep
from asr.decode import decode
from callqa.encryption import Keyring
from callqa.keys import file_sha256
from services.intake.recordings import open_recording
from services.listening.sounds import NotPlayable, Sound, SoundCache

Pcm = npt.NDArray[np.int16]


@pytest.fixture
def cache(tmp_path: Path) -> SoundCache:
    return SoundCache(tmp_path / "home" / "listening", max_mb=100)


@pytest.fixture
def audio(samples: Path, tmp_path: Path) -> Path:
    """Sample recordings that a test may damage."""
    return Path(shutil.copytree(samples / "audio", tmp_path / "audio"))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_sha256(file)


def heard(cache: SoundCache, path: Path) -> Sound:
    sound = cache.sound(str(path), sha256(path))
    assert isinstance(sound, Sound)
    return sound


def pcm(path: Path) -> tuple[int, Pcm]:
    """(rate, samples of shape (n_channels, n_samples))"""
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getframerate(), data.reshape(-1, file.getnchannels()).T


def write_wav(path: Path, samples: Pcm, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.T.astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(
    ("name", "channels"), [("D008.wav", 2), ("D019.m4a", 2), ("D028.mp3", 2), ("D036.mp3", 1)], ids=lambda x: str(x)
)
def test_it_sounds_as_the_transcriber_heard_it(cache: SoundCache, audio: Path, name: str, channels: int) -> None:
    rate, played = pcm(heard(cache, audio / name).wav)
    assert (rate, len(played)) == (8000, channels)
    with (audio / name).open("rb") as file:
        recording, expected = decode(file, "")
    assert played.shape[1] / rate == pytest.approx(recording.duration, abs=0.001)
    for channel, samples in zip(played / 32767, expected.samples[:, ::2], strict=True):  # every other of 16 kHz
        n = min(len(channel), len(samples))
        assert np.corrcoef(channel[:n], samples[:n])[0, 1] > 0.99


@pytest.mark.parametrize(("rate", "expected"), [(8000, 8000), (11_025, 16_000), (16_000, 16_000), (44_100, 16_000)])
def test_more_than_a_telephone_carries_is_kept_up_to_16_khz(
    cache: SoundCache, tmp_path: Path, rate: int, expected: int
) -> None:
    tone = (8000 * np.sin(np.arange(rate) * 2 * np.pi * 440 / rate)).astype(np.int16)
    found_rate, played = pcm(heard(cache, write_wav(tmp_path / "a.wav", tone[None], rate)).wav)
    assert found_rate == expected
    assert played.shape[1] == pytest.approx(expected, abs=50)


def test_the_waveform_is_of_each_channel(cache: SoundCache, tmp_path: Path) -> None:
    agent = np.zeros(8000 * 10, dtype=np.int16)
    citizen = agent.copy()
    agent[8000:16_000] = -20_000
    citizen[40_000] = 10_000
    sound = heard(cache, write_wav(tmp_path / "a.wav", np.stack([agent, citizen]), 8000))
    peaks = json.loads(sound.peaks.read_text(encoding="utf-8"))
    assert peaks["seconds"] == 10
    left, right = peaks["channels"]
    assert left == [0] * 20 + [127] * 20 + [0] * 160
    assert right == [0] * 100 + [64] + [0] * 99


@pytest.mark.slow
def test_a_long_call_has_no_more_points_than_a_screen(cache: SoundCache, tmp_path: Path) -> None:
    hour = np.zeros((1, 8000 * 3600), dtype=np.int16)
    hour[0, -1] = 500
    sound = heard(cache, write_wav(tmp_path / "a.wav", hour, 8000))
    peaks = json.loads(sound.peaks.read_text(encoding="utf-8"))
    (channel,) = peaks["channels"]
    assert (peaks["seconds"], len(channel), channel[-1], sum(channel)) == (3600, 4000, 127, 127)


def test_what_is_personal_cannot_be_heard_or_seen(cache: SoundCache, tmp_path: Path) -> None:
    rate = 8000
    loud = (30_000 * np.sin(np.arange(rate * 130) * 2 * np.pi * 300 / rate)).astype(np.int16)
    path = write_wav(tmp_path / "a.wav", np.stack([loud, loud]), rate)
    plain = heard(cache, path)
    bleeps = (Bleep(59.5, 61, 0), Bleep(100, 101))  # the first one over the edge of a piece
    sound = cache.sound(str(path), sha256(path), bleeps)
    assert isinstance(sound, Sound)
    assert sound.wav.name.startswith(f"{sha256(path)}-bleeped-")
    before, after = pcm(plain.wav)[1].astype(int), pcm(sound.wav)[1].astype(int)
    changed = np.abs(before - after) > 1
    for channel, seconds in ((0, [(59.5, 61), (100, 101)]), (1, [(100, 101)])):
        inside = np.zeros(rate * 130, dtype=bool)
        for start, end in seconds:
            inside[round(start * rate) : round(end * rate)] = True
        assert not changed[channel][~inside].any()
        assert changed[channel][inside].mean() > 0.9
        assert np.abs(after[channel][inside]).max() <= 3300  # the tone alone
    left, right = json.loads(sound.peaks.read_text(encoding="utf-8"))["channels"]
    assert max(left[1200:1219]) < 20 < min(right[1200:1219])
    assert cache.sound(str(path), sha256(path), bleeps) == sound
    assert cache.sound(str(path), sha256(path), bleeps[:1]) != sound
    assert heard(cache, path) == plain


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("通话编号,录音\n" * 100, encoding="utf-8")


def stretched(path: Path) -> None:
    write_wav(path, np.zeros((3, 8000), dtype=np.int16), 8000)


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        (damage, "truncated", "录音被截断或已损坏"),
        (empty, "empty_file", "录音文件是空的"),
        (text, "not_audio", "文件不是录音"),
        (stretched, "unsupported_channels", "录音声道多于两个"),
    ],
)
def test_what_cannot_be_decoded_is_told(
    cache: SoundCache, audio: Path, change: Callable[[Path], None], reason: str, words: str
) -> None:
    path = audio / "D008.wav"
    change(path)
    assert cache.sound(str(path), sha256(path)) == NotPlayable(reason, words)
    assert [path for path in cache.folder.iterdir() if path.is_file()] == []


def test_half_a_recording_plays(cache: SoundCache, audio: Path) -> None:
    path = audio / "D008.wav"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    rate, played = pcm(heard(cache, path).wav)
    assert played.shape[1] / rate == pytest.approx(56.4, abs=0.1)


def test_a_missing_or_another_recording_is_told_and_the_moved_one_plays(cache: SoundCache, audio: Path) -> None:
    path = audio / "D036.mp3"
    key = sha256(path)
    moved = path.rename(audio / "elsewhere.mp3")
    assert cache.sound(str(path), key) == NotPlayable("recording_missing", "找不到录音")
    assert cache.sound(str(audio), key) == NotPlayable("recording_unreadable", "录音无法打开")
    assert cache.sound(str(audio / "D028.mp3"), key) == NotPlayable("recording_changed", "入库后录音已被替换")
    sound = cache.sound(str(moved), key)
    assert isinstance(sound, Sound)
    moved.unlink()
    assert cache.sound(str(moved), key) == sound  # the same content was heard before


def test_nobody_else_may_read_the_sound(cache: SoundCache, audio: Path) -> None:
    before = os.umask(0)
    try:
        heard(cache, audio / "D036.mp3")
    finally:
        os.umask(before)
    paths = [cache.folder, *cache.folder.rglob("*")]
    assert len(paths) == 5  # the folder, sound, waveform, and the folder of locks with one
    assert {(path.is_dir(), path.stat().st_mode & 0o777) for path in paths} == {(True, 0o700), (False, 0o600)}


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_becomes_a_path(cache: SoundCache, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        cache.sound("a.wav", name)


def test_a_full_disk_is_told(cache: SoundCache, audio: Path) -> None:
    path = audio / "D036.mp3"
    key = sha256(path)
    cache.folder.mkdir(parents=True)
    (cache.folder / f"{key}.part").symlink_to("/dev/full")
    assert cache.sound(str(path), key) == NotPlayable("no_room", "服务器存不下录音，请联系管理员")
    assert isinstance(cache.sound(str(path), key), Sound)  # once there is room again


def test_many_threads_decode_once(cache: SoundCache, audio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, n_threads = audio / "D021.m4a", 12
    opened = []

    def counting(uri: str, sha256: str, keys: Keyring) -> BinaryIO:
        opened.append(uri)
        return open_recording(uri, sha256, keys)

    monkeypatch.setattr(services.listening.sounds, "open_recording", counting)
    start = threading.Barrier(n_threads)

    def listen() -> bytes:
        start.wait()
        return heard(cache, path).wav.read_bytes()

    with ThreadPoolExecutor(n_threads) as pool:
        contents = [task.result() for task in [pool.submit(listen) for _ in range(n_threads)]]
    assert len(set(contents)) == 1
    assert opened == [str(path)]


def inode(folder: Path, path: Path) -> int:
    return heard(SoundCache(folder, 100), path).wav.stat().st_ino


@pytest.mark.slow
def test_many_processes_make_one_file(cache: SoundCache, audio: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        inodes = list(pool.map(inode, [cache.folder] * 8, [audio / "D021.m4a"] * 8))
    assert len(set(inodes)) == 1
    assert sorted(path.suffix for path in cache.folder.iterdir() if path.is_file()) == [".json", ".wav"]


def test_what_was_not_heard_for_longest_makes_room(cache: SoundCache, audio: Path) -> None:
    small = SoundCache(cache.folder, max_mb=8)  # D008, D021 and D036 have 3.6, 3.4 and 0.9 MB; D028 3.0
    first, second, third = (heard(small, audio / name) for name in ("D008.wav", "D021.m4a", "D036.mp3"))
    changed = first.wav.stat().st_mtime_ns
    assert heard(small, audio / "D008.wav") == first  # so that the second is the one of longest ago
    assert first.wav.stat().st_mtime_ns == changed
    fourth = heard(small, audio / "D028.mp3")
    there = {sound for sound in (first, second, third, fourth) if sound.wav.exists()}
    assert there == {first, third, fourth}
    assert not second.peaks.exists()


def test_one_recording_larger_than_all_room_can_still_be_heard(cache: SoundCache, audio: Path) -> None:
    tiny = SoundCache(cache.folder, max_mb=1)
    first = heard(tiny, audio / "D036.mp3")
    second = heard(tiny, audio / "D008.wav")
    assert (first.wav.exists(), second.wav.exists()) == (False, True)


def test_what_a_crash_left_behind_goes_after_a_while(cache: SoundCache, audio: Path) -> None:
    cache.folder.mkdir(parents=True)
    old, new = (cache.folder / f"{digit * 64}.part" for digit in "ab")
    for path in (old, new):
        path.write_bytes(b"RIFF")
    os.utime(old, (0, 0))
    heard(cache, audio / "D036.mp3")
    assert (old.exists(), new.exists()) == (False, True)
