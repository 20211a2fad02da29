"""`callqa encrypt`: recordings that only who has the key can hear."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from callqa.errors import ConfigError, SealError
from callqa.sealing import KEY_BYTES, Keyring, keyring
from callqa.settings import load_settings
from flows.console import wide_console
from flows.progress import count_bar
from flows.retention.seal_files import files_in, seal_file, unseal_file

console = wide_console()
FAILED = 1


def encrypt(
    files: Annotated[list[Path] | None, typer.Argument(help="Recordings, or folders of them.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Decrypt them.")] = False,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", help="Write a new key to this file, above those it has; nothing else.")
    ] = None,
) -> None:
    """Encrypt recordings in place with the key of the settings; callqa reads them as before."""
    if new_key:
        _write_key(new_key)
        return
    keys = keyring(load_settings().encryption)
    if keys.sealing is None:
        raise ConfigError("there is no key: callqa encrypt --new-key FILE makes one, encryption.key_file names it")
    paths = files_in(files or [])
    failed = _change(paths, keys, undo)
    done = "decrypted" if undo else "encrypted"
    console.print(f"{len(paths) - failed} files are {done}", highlight=False)
    if failed:
        raise typer.Exit(FAILED)


def _change(paths: list[Path], keys: Keyring, undo: bool) -> int:
    """How many could not be changed."""
    failed = 0
    with count_bar("files", len(paths), console) as advance:
        for path in paths:
            try:
                unseal_file(path, keys) if undo else seal_file(path, keys)
            except (OSError, SealError) as error:
                failed += 1
                console.print(f"{path}: {error}", style="red", highlight=False, soft_wrap=True)
            advance(1)
    return failed


def _write_key(path: Path) -> None:
    old = path.read_text(encoding="ascii") if path.exists() else ""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{secrets.token_hex(KEY_BYTES)}\n{old}")
    part.replace(path)
    console.print(
        f"{path} has a new key; keep a copy elsewhere: without it nobody hears what it sealed", highlight=False
    )
