"""Questions about calls, put to a language model on the premises."""
