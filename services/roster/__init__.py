"""The roster: who the agents are, in which team from which day on; imported or typed."""
