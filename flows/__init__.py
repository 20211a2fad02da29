"""The conductor: puts speech, checks, scoring and the store together. Prefect is known here and nowhere else."""
