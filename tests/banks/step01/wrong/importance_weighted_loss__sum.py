"""wrong: adds features up. Fails: 01.importance_weighted_loss."""

def importance_weighted_loss(x, x_hat, importance):
    return (importance * (x - x_hat) ** 2).mean(0).sum()
