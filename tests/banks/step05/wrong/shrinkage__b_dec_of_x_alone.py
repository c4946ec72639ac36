"""wrong: takes b_dec from x alone. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return (a * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))
