"""wrong: averages over instances too. Fails: 05.l0."""

def l0(h):
    return (h > 0).float().sum(-1).mean()
