"""wrong: fits x̂ by x. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return (a * b).sum((0, 2)) / a.square().sum((0, 2))
