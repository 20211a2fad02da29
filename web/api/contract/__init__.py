"""The contract of the interface."""
