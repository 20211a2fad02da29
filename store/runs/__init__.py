"""Runs: history, lease, alerts, and scores held back."""
