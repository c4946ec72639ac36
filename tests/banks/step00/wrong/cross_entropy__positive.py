"""wrong: has the wrong sign. Fails: 00.cross_entropy."""

import torch


def cross_entropy(logits, labels):
    return -torch.nn.functional.cross_entropy(logits, labels)
