"""Metrics for Prometheus: how the desk answers, and how the nights go."""

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The client library's own variable, which it reads when it is imported: the folder in which the processes of one desk
put their counts together."""
