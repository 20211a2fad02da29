"""Runs: their history, and their failures."""
