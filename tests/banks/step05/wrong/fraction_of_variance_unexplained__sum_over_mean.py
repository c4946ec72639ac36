"""wrong: adds up in the numerator, averages in the denominator. Fails: 05.fraction_of_variance_unexplained."""


def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).square().sum(-1).sum(0) / (x - x.mean(0)).square().sum(-1).mean(0)
