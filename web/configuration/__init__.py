"""Configuring at the desk: drafts of rubrics, checks, plans, rules, holidays and times of keeping."""
