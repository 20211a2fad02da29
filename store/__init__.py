"""The store: the only place with SQL. `write`, `read` and `pending` are a run's, others go by what they hold."""

from sqlalchemy import Connection

from store.db.engine import Store, open_store

__all__ = ["Connection", "Store", "open_store"]
