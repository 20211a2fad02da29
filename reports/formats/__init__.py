"""Kinds of files that tables are written to: CSV, Parquet, JSON and workbooks."""
