"""Files that appear under their names once they are whole. What a killed export left goes with a later one."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNFINISHED = re.compile(r"\..+\.[0-9]+\.part")
ABANDONED = 3600.0  # seconds after which nobody is still writing an unfinished file


class NewFiles:
    """Files that appear under their names all at once, when they are whole."""

    def __init__(self) -> None:
        self._made: dict[Path, Path] = {}
        self._folders: list[Path] = []

    def at(self, path: Path) -> Path:
        """Where to write what shall become ``path``."""
        if not any(known.parent == path.parent for known in self._made):
            path.parent.mkdir(parents=True, exist_ok=True)
            _drop_abandoned(path.parent)
        self._made[path] = part_of(path)
        return self._made[path]

    def folder_for(self, path: Path) -> Path:
        """For what is needed until the file is whole. It lies beside it, so that it holds what people said no longer
        than the file does, whoever is killed."""
        folder = part_of(path.with_name(f"{path.name}.parts"))
        folder.mkdir(parents=True, exist_ok=True)
        self._folders.append(folder)
        return folder

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self._made)

    def publish(self) -> None:
        for path, part in self._made.items():
            part.replace(path)

    def discard(self) -> None:
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        for part in self._made.values():
            part.unlink(missing_ok=True)


@contextmanager
def new_files() -> Iterator[NewFiles]:
    """The files are there after the block, or, if it failed, the old ones as they were."""
    files = NewFiles()
    try:
        yield files
        files.publish()
    finally:
        files.discard()


def part_of(path: Path) -> Path:
    """Where this process writes a file that is not whole yet."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _drop_abandoned(folder: Path) -> None:
    """By age and not by process: whoever writes may be on another machine that shares the folder."""
    for path in folder.iterdir():
        with suppress(OSError):  # another export was quicker, or the file is somebody else's
            if UNFINISHED.fullmatch(path.name) and time.time() - path.stat().st_mtime > ABANDONED:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there is whole, so that a later export need not make it again."""
    part = part_of(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
