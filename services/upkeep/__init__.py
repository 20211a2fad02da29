"""Keeping callqa in order: the doctor, backups, logs, alerts."""
