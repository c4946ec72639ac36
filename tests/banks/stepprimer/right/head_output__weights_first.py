"""right: multiplies W_V and W_O first."""

import torch


def head_output(weights, x, pattern):
    return torch.einsum("qk,kd,de->qe", pattern, x, weights["W_V"] @ weights["W_O"])
