"""Summaries of calls: two lines each, made when they are shown."""
