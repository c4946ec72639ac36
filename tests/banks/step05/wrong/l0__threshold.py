"""wrong: counts only what is above 0.001. Fails: 05.l0."""

def l0(h):
    return (h > 1e-3).float().sum(-1).mean(0)
