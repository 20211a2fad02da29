"""How far the machine is relied on: what each item is worth to people, and whether a night may be published."""
