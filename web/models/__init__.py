"""Models that learn from examples: their versions, how good each is, and which one is used."""
