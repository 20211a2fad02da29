"""Kinds of utterances (rude, a brush-off, an alarm ...), told by models that can be trained anew."""
