"""Notices: people are told what they have to do."""
