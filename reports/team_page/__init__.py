"""The page per team: its figures, its sentences, its charts and the HTML."""
