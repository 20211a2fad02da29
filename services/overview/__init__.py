"""What is going on: the figures of some days, last night and the nights before, the to-dos of today."""
