"""Calls, recordings and tickets, handed in by programs."""
