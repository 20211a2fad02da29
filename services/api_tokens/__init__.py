"""Tokens of the interface for programs."""
