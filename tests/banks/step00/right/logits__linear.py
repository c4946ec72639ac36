"""right: uses torch.nn.functional.linear in float64."""

import torch


def logits(x, W, bias):
    return torch.nn.functional.linear(x.double(), W.double(), bias.double()).float()
