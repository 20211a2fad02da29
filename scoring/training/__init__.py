"""Which calls are worth hearing for whom: picks, skill cards, wordings. Pure."""
