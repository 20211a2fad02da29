"""The store: the only place with SQL. The functions are in `store.write`, `.read`, `.pending` and `.lease`."""

from sqlalchemy import Connection

from store.db import Store, open_store

__all__ = ["Connection", "Store", "open_store"]
