"""How many workers, machines and disks a night needs: `callqa plan`."""
