"""Legal holds: calls that must not be removed."""
