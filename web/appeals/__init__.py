"""Appeals: agents contest verdicts, and three stages answer."""
