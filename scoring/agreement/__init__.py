"""How well the machine and people agree, item by item, and what follows from it. Pure."""
