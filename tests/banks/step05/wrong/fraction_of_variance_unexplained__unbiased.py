"""wrong: divides a mean by an unbiased variance. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().mean((0, 2)) / x.var(0).mean(-1)
