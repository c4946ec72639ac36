"""wrong: counts every zero. Fails: 05.dead_fraction."""

def dead_fraction(h):
    return (h == 0).float().mean((0, 2))
