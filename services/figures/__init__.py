"""Means, rates and trends of some days, by agent, team and item."""
