"""wrong: gives the live ones. Fails: 05.dead_fraction."""

def dead_fraction(h):
    return (h > 0).any(0).float().mean(-1)
