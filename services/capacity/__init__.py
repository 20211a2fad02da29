"""Capacity: the workers, machines and disks that a night needs, for `callqa plan`."""
