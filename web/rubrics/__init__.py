"""Rubrics and their versions, the check library, and how far each item can be trusted."""
