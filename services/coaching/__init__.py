"""Calls for training: picks, skill cards, wordings, and folders of clips."""
