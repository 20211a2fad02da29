"""The token that asks."""
