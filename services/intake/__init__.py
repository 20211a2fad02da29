"""The call centre's export and its recordings become calls in the store."""
