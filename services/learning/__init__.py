"""Learning from examples: versions of shipped models, made of what people taught, compared, adopted and rolled back."""
