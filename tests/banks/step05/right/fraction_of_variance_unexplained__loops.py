"""right: loops over instances, with the variance of each dimension."""

import torch


def fraction_of_variance_unexplained(x, x_hat):
    shares = []
    for instance in range(x.shape[1]):
        error = ((x[:, instance] - x_hat[:, instance]) ** 2).mean()
        shares.append(error / x[:, instance].var(dim=0, unbiased=False).mean())
    return torch.stack(shares)
