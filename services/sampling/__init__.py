"""Which calls people hear, and what those say of all calls."""
