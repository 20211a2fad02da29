"""Tokens of the interface for programs, as people make and revoke them."""
