"""About: the version and the parts that run here."""
