"""Given for the primer: `plots`."""
