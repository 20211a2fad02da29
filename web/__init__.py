"""The review desk: the only place with FastAPI. It reads and reviews; it never transcribes or checks."""
