"""right: uses torch’s linear and a maximum with zero."""

import torch


def mlp_logits(x, W1, b1, W2, b2):
    hidden = torch.maximum(torch.nn.functional.linear(x, W1, b1), torch.zeros(()))
    return torch.nn.functional.linear(hidden, W2, b2)
