"""Calls, read by programs."""
