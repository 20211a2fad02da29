"""The home of calls opened for a command, and the person who typed it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from callqa.private_files import make_private_folder
from callqa.settings import Settings, load_settings
from store import Store, open_store


@contextmanager
def opened() -> Iterator[tuple[Settings, Store]]:
    """The settings and their store, in a home that is made when needed. Raises `ConfigError`, `StoreError`."""
    settings = load_settings()
    make_private_folder(settings.home)
    store = open_store(settings.database)
    try:
        yield settings, store
    finally:
        store.close()


def typist() -> str:
    """The account of the operating system, as the audit log names it."""
    return f"os:{getpass.getuser()}"
