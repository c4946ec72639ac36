"""wrong: gives the share that is explained. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return 1 - (x - x_hat).square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))
