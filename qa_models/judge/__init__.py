"""Questions in plain language for a language model: prompt, schema, and what an answer is worth. Pure: asks nobody."""
