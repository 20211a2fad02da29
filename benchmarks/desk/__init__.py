"""The desk at scale: a store of up to a million calls, and sixteen people who click through it."""
