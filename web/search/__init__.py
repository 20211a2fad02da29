"""The search page: what was said, by sound or as it is spelled."""
