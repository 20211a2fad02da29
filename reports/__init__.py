"""A period's results as files: a workbook, CSV, Parquet and JSON of the same tables, and a page for each team."""
