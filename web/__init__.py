"""The review desk: the only place with FastAPI. It reads the store and writes reviews; it never transcribes or checks."""
