"""The database itself: connections, migrations at the start, health, copies."""
