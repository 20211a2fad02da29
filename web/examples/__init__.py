"""Examples: verdicts of people that models learn from."""
