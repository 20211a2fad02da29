"""A night of many synthetic calls, measured: see `__main__`."""
