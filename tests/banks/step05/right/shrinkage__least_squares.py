"""right: solves the least squares problem."""

import torch


def shrinkage(x, x_hat, b_dec):
    factors = []
    for instance in range(x.shape[1]):
        target = (x[:, instance] - b_dec[instance]).reshape(-1, 1)
        given = (x_hat[:, instance] - b_dec[instance]).reshape(-1, 1)
        factors.append(torch.linalg.lstsq(given, target).solution.squeeze())
    return torch.stack(factors)
