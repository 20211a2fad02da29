"""Overview: the figures of some days, last night and the nights before, the to-dos of today."""
