"""Summaries of calls without a language model."""
