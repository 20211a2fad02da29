"""Coaching: picks, skill cards, wordings, and folders of clips."""
