"""wrong: takes the softmax over images. Fails: 00.cross_entropy."""

import torch


def cross_entropy(logits, labels):
    return torch.nn.functional.nll_loss(logits.log_softmax(0), labels)
