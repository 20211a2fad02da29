"""Calibration: several people judge the same calls blind, and see afterwards where they and the machine differ."""
