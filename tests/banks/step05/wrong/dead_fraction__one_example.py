"""wrong: calls a latent dead that is 0 once. Fails: 05.dead_fraction."""

def dead_fraction(h):
    return (h == 0).any(0).float().mean(-1)
