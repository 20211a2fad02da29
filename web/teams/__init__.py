"""Teams compared, and one team's page."""
