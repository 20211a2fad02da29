"""Dispatch of tickets: streams of ended tickets, and how well the machine would have dispatched them."""
