"""Agreement of the machine and people, item by item, and what follows from it. Pure."""
