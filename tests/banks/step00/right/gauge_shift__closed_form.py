"""right: knows that every logit moves by x · v."""

import torch


def gauge_shift(x, W, bias, v):
    logits = x @ W.T + bias
    change = x @ v
    probability_change = ((logits + change[:, None]).softmax(1) - logits.softmax(1)).abs().max()
    return torch.stack([row + v for row in W]), change.abs().max().item(), probability_change.item()
