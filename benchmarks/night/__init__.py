"""A night of many made-up calls, measured: see `__main__`."""
