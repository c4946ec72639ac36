"""wrong: takes means away in place of b_dec. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return ((x - x.mean(0)) * (x_hat - x_hat.mean(0))).sum((0, 2)) / (x_hat - x_hat.mean(0)).square().sum((0, 2))
