"""Runs: their history, their failures, and the lease that keeps two from working at once."""
