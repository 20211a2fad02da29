"""Agents and teams: ranking, an agent's own page, teams compared."""
