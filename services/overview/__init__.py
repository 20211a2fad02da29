"""What is going on: the figures of some days, last night and the nights before, what needs attention today."""
