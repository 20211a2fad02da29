"""Signing in, one-time links and the language."""
