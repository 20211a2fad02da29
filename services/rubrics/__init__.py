"""Rubrics in words, and what a draft would change."""
