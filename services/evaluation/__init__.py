"""Evaluation of checks and transcripts, on what people labelled."""
