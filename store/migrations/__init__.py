"""The history of the schema, applied by `store.open_store`.

A new step: change ``store/tables/calls.py``, then write ``versions/<number>_<what>.py`` by hand. A step that was
released is never edited. A test compares the tables with the migrated database.
"""
