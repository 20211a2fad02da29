"""New SQLite databases of tests: copies of one that all migrations made, for they take longer than most tests.

Databases that are there already are migrated as ever, and so are those of other processes.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from store.db import engine
from store.db.engine import Store


@contextmanager
def new_databases_copied(new_folder: Callable[[], Path]) -> Iterator[None]:
    """``new_folder`` is asked, once, for where the one to be copied is made."""
    migrate, numbers = engine._migrate, count()

    @cache
    def template() -> Path:
        file = new_folder() / "callqa.db"
        with closing(Store(engine.connect.connectable(f"sqlite:///{file}"))) as store:
            migrate(store)
        return file

    def migrate_or_copy(store: Store) -> None:
        name = None if store.on_server else store._engine.url.database
        if name and name.startswith("/") and not Path(name).exists() and Path(name).parent.is_dir():
            coming = template().with_name(f"{next(numbers)}.db")
            shutil.copy(template(), coming)  # with its mode
            with suppress(OSError):  # another thread was faster, or nobody may write there
                os.link(coming, name)
            coming.unlink()
        migrate(store)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_migrate", migrate_or_copy)
        yield
