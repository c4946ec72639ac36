"""wrong: divides by the variance of the reconstruction. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().sum((0, 2)) / (x_hat - x_hat.mean(0)).square().sum((0, 2))
