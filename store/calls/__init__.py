"""Calls, transcripts, findings and scores: what is read, written and still to do."""
