"""Pages for those who keep the desk: accounts, teams, what people did."""
