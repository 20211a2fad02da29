"""The night: its steps in order, batches, schedule. Prefect is known here and nowhere else."""
