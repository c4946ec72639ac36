"""wrong: gives 1/γ. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return b.square().sum((0, 2)) / (a * b).sum((0, 2))
