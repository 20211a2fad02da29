"""Notices: what somebody has to do."""
