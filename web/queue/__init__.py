"""The calls that wait for people: what one is asked to hear, and who hears what."""
