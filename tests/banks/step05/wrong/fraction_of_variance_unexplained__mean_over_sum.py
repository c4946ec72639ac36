"""wrong: averages in the numerator, adds up in the denominator. Fails: 05.fraction_of_variance_unexplained."""


def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().mean(dim=(0, 2)) / (x - x.mean(0)).square().sum(dim=(0, 2))
