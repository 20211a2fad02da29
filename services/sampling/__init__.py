"""Sampling: the calls that people hear, and what those say of all calls."""
