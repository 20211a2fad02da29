"""Trust in the machine: what each item is worth to people, and whether a night may be published."""
