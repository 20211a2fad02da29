"""Samples: calls that are drawn by chance for people to hear, and what they tell of all calls."""
