"""wrong: averages the factors of examples. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return ((a * b).sum(-1) / b.square().sum(-1)).mean(0)
