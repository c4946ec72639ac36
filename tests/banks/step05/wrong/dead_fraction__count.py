"""wrong: counts the dead. Fails: 05.dead_fraction."""

def dead_fraction(h):
    return (~(h > 0).any(0)).sum(-1).float()
