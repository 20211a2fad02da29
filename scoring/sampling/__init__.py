"""Which calls people hear, and what a sample says of all calls. Pure, but for the plan's YAML."""
