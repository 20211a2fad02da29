"""Figures, read by programs."""
