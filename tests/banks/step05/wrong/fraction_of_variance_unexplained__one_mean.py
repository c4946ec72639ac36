"""wrong: takes one mean for all dimensions. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().sum((0, 2)) / (x - x.mean((0, 2))[:, None]).square().sum((0, 2))
