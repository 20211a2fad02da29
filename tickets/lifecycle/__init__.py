"""Life cycle of a ticket: what happened to it, and what state that makes at any time."""
