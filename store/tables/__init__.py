"""The tables, by subject. Their unique keys make every write repeatable: equal keys, one row."""
