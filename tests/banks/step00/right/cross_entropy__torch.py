"""right: calls torch on float64."""

import torch


def cross_entropy(logits, labels):
    return torch.nn.functional.cross_entropy(logits.double(), labels).to(logits.dtype)
