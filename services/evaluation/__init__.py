"""How good checks and transcripts are, measured on what people labelled."""
