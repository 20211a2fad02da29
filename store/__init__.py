"""The store: the only place with SQL. The functions are in `store.write`, `.read`, `.pending` and `.lease`."""

from store.db import Store, open_store

__all__ = ["Store", "open_store"]
