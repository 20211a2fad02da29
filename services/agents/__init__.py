"""Agents and teams: where they stand, what they are good at, what they should practise."""
