"""What is kept of calls for how long: removal after its time, erasure when a citizen asks for it, legal holds."""
