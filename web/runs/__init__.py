"""What runs did, and what they could not do."""
