"""The roster: agents with names, teams and dates, imported or typed."""
