"""What kind of thing an utterance is (rude, a brush-off, an alarm ...), told by models that can be trained anew."""
