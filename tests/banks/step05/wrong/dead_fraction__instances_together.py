"""wrong: puts instances together. Fails: 05.dead_fraction."""

def dead_fraction(h):
    return 1 - (h > 0).any(1).any(0).float().mean().expand(h.shape[1])
