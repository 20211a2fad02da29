"""Documents: a period's results as tables in files, a page for each team, lists of calls, lessons."""
