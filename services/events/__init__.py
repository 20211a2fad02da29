"""Events: what other programs are told of."""
