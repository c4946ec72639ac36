"""right: goes by the largest activation."""

import torch


def dead_fraction(h):
    largest = h.amax(dim=0)
    return torch.count_nonzero(largest <= 0, dim=1).float() / h.shape[-1]
