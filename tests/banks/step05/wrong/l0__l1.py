"""wrong: adds the sizes up. Fails: 05.l0."""

def l0(h):
    return h.sum(-1).mean(0)
