"""Failures, read by programs."""
