"""wrong: takes the mean over instances too. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().sum((0, 2)) / (x - x.mean((0, 1))).square().sum((0, 2))
