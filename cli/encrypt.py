"""`callqa encrypt`: recordings that only who has the key can hear."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from callqa.encryption import KEY_BYTES, Keyring, keyring, parse_key
from callqa.errors import ConfigError, EncryptionError, system_problem
from callqa.messages import terminal_text as _
from callqa.settings import Settings, load_settings
from services.console import wide_console
from services.intake.table_file import READERS
from services.progress import count_bar
from services.retention.encrypt_files import decrypt_file, encrypt_file, files_in
from services.upkeep.own_files import own_files, settings_file

console = wide_console()
FAILED = 1


def encrypt(
    files: Annotated[list[Path] | None, typer.Argument(help="Recordings, or folders of them.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Decrypt them.")] = False,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", help="Write a new key to this file, above those it has; nothing else.")
    ] = None,
) -> None:
    """Encrypt recordings in place with the key of the settings; callqa reads them as before.

    Tables (.csv, .xlsx, .parquet) in the folders stay as they are, since manifests are read in the clear.
    """
    if new_key:
        _write_key(new_key)
        return
    settings = load_settings()
    keys = keyring(settings.encryption)
    if keys.encryption_key is None:
        raise ConfigError("encryption.no_key_set")
    if not files:
        raise ConfigError("encryption.no_recordings")
    paths = files_in(files)
    if not undo:
        _refuse_own(paths, settings)
        paths, tables = _without_tables(paths)
        if tables:
            tables_left = _("{n} tables stay as they are, e.g. {table}", n=len(tables), table=tables[0])
            console.print(tables_left, highlight=False, soft_wrap=True)
    failed = _change(paths, keys, undo)
    n_done = len(paths) - failed
    done = _("files decrypted: {n}", n=n_done) if undo else _("files encrypted: {n}", n=n_done)
    console.print(done, highlight=False)
    if failed:
        raise typer.Exit(FAILED)


def _refuse_own(paths: list[Path], settings: Settings) -> None:
    """Raises `ConfigError` for what could not be opened any more: the key itself, the database, the settings."""
    toml, home = settings_file(), settings.home.resolve()
    needed = {file.path.resolve() for file in [*own_files(settings), *([toml] if toml else [])]}
    if settings.database.startswith("sqlite"):
        needed.add(Path(settings.database.removeprefix("sqlite:///")).resolve())
    for path in paths:
        if path.resolve() in needed or path.resolve().parent == home:
            raise ConfigError("encryption.own_file", path=path)


def _without_tables(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """What is to be encrypted, and the tables beside it."""
    tables = [path for path in paths if path.suffix.lower() in READERS]
    return [path for path in paths if path not in set(tables)], tables


def _change(paths: list[Path], keys: Keyring, undo: bool) -> int:
    """How many could not be changed."""
    failed = 0
    with count_bar(_("files"), len(paths), console) as advance:
        for path in paths:
            try:
                decrypt_file(path, keys) if undo else encrypt_file(path, keys)
            except (OSError, EncryptionError) as error:
                failed += 1
                console.print(f"{path}: {error}", style="red", highlight=False, soft_wrap=True)
            advance(1)
    return failed


def _write_key(path: Path) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        old = path.read_bytes().decode("ascii").split() if path.exists() else []
        for key in old:
            parse_key(key)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join([secrets.token_hex(KEY_BYTES), *old, ""]))
        part.replace(path)
    except (UnicodeDecodeError, ConfigError):
        raise ConfigError("encryption.not_only_keys", path=path) from None
    except OSError as error:
        raise ConfigError("encryption.key_not_written", path=path, why=system_problem(error)) from error
    console.print(
        _("{path} has a new key; keep a copy elsewhere: without it nobody hears what it sealed", path=path),
        highlight=False,
    )
