"""Tickets with their whole life, as a ticket system exports them."""
