"""Webhooks and events, for programs."""
