"""Accounts of whole teams."""
