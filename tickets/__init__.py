"""Tickets with their whole life: places, dispatch and its breaker, follow-up, warning, topics, indicators."""
