"""Decisions of people on the items of a call."""
