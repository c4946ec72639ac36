"""wrong: measures in bits. Fails: 00.cross_entropy."""

import math

import torch


def cross_entropy(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels) / math.log(2)
