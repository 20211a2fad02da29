"""Calibration: several people judge the same calls blind, and are compared."""
