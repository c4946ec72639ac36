"""wrong: does not centre. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().sum((0, 2)) / x.square().sum((0, 2))
