"""Search in what was said, by sound or as it is spelled."""
