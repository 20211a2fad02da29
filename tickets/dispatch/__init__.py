"""Dispatch: which unit is responsible for a ticket, how sure that is, and when a person decides instead."""
