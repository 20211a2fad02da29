"""Private files: folders and files for people's voices and words, which their owner alone may read."""

import os
from contextlib import suppress
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Makes the folder and whatever is missing above it, each with mode 700; what is there keeps its mode.

    Raises `OSError`. (`Path.mkdir` gives its mode to the last folder alone.)
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Makes the file, empty and with mode 600, unless it is there. Raises `OSError`."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
