"""The interface for other programs, `/api/v1`: tokens, and data with a contract."""
