"""Reviews of what the machine found, and the queue of calls that wait for them."""
