"""Training and tuning of the shipped models; never imported at run time."""
