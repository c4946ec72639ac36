"""wrong: squares the importance. Fails: 01.importance_weighted_loss."""

def importance_weighted_loss(x, x_hat, importance):
    return (importance * (x - x_hat)).square().mean((0, 2)).sum()
