"""Retention: removal of calls after their time, erasure when a citizen asks for it, legal holds."""
