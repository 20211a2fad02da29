"""Removal: retention, erasure, legal holds, and what a restore carries over."""
