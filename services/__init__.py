"""Use cases that the terminal, the desk and the night share, one folder a feature. No Prefect, FastAPI or SQL."""
