"""Pages for those who keep the desk: people, teams, what was done."""
