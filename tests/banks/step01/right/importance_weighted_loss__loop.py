"""right: loops over instances."""

import torch



def importance_weighted_loss(x, x_hat, importance):
    total = 0
    for i in range(x.shape[1]):
        total = total + torch.mean(importance[i] * torch.square(x[:, i] - x_hat[:, i]))
    return total
