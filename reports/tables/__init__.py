"""The tables of an export: their columns and their rows, whatever file they are written to."""
